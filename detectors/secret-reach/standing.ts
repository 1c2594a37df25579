import { addDay, daysMet, type Incidence } from '../stats/incidence.ts';
import { peek, type Recent, touch } from '../stats/recent.ts';
import { alike, isReachedOtherwise, isWeak, storeDays, type Way } from './ways.ts';

/** What is learned, and what was told. */
interface Known {
  ways: Incidence;
  stores?: Incidence;
  told: Recent<[at: number, used?: boolean]>;
}

interface Call {
  at: number;
  used: boolean;
}

/**
 * `news`: to be told now. `further`: of a store whose kind is known, or was told. `pending`: told lately and cleared by
 * nobody, neither told again nor learned. `reminder`: told long ago.
 */
interface Standing {
  news: boolean;
  further: boolean;
  pending: boolean;
  reminder: boolean;
}

export const KNOWN: Standing = { news: false, further: false, pending: false, reminder: false };
const PENDING: Standing = { ...KNOWN, pending: true };
const TOLD = 128;
/** From so many days on an agent is known to send a secret there. */
const SENT_DAYS = 3;

export function standingOf(state: Known, { way, store, sends }: Way, call: Call, remindMs: number): Standing {
  const days = daysMet(state.ways, way);
  if (days < (sends ? SENT_DAYS : 1)) {
    const told = toldOf(state, way, call, remindMs);
    if (!told.pending) return { news: true, further: false, ...told };
    if (store === '') return PENDING;
  } else if (store === '' || isKnown(state.stores, store)) return KNOWN;
  const told = toldOf(state, store, call, remindMs);
  return told.pending ? PENDING : { news: true, further: true, ...told };
}

const isKnown = (stores: Incidence | undefined, store: string): boolean =>
  storeDays(stores, store) > 0 || alike(stores, store) === 0 || isReachedOtherwise(stores, store);

/** The place of the one to be told: news before what is known, and what is grave and new before what is further or weak. */
export function gravestOf(standings: readonly Standing[], ways: readonly Way[]): number {
  const weights = standings.map(({ news, further }, n) =>
    news ? 1 + (isWeak(ways[n]!) ? 0 : 2) + (further ? 0 : 1) : 0,
  );
  return Math.max(0, weights.indexOf(Math.max(...weights)));
}

/** What was refused when it was told, and gets through now, was not told. */
function toldOf(
  { told }: Known,
  key: string,
  { at, used }: Call,
  remindMs: number,
): Pick<Standing, 'pending' | 'reminder'> {
  const before = peek(told, key);
  const known = before !== undefined && (before[1] === true || !used);
  const pending = known && at - before[0] < remindMs;
  return { pending, reminder: known && !pending };
}

/** Notes that it is told now, where it is not told already. */
export function noteTold(state: Known, { way, store, sends }: Way, call: Call, remindMs: number): void {
  for (const key of [daysMet(state.ways, way) === 0 || sends ? way : '', store]) {
    if (key === '') continue;
    const { pending } = toldOf(state, key, call, remindMs);
    const entry = touch<[number, boolean?]>(state.told, key, TOLD, () => [0, false]);
    if (!pending) entry[0] = call.at;
    entry[1] = entry[1] === true || call.used;
  }
}

const MOST = 128;

export function learnWay(state: Known & { stores: Incidence }, { way, store }: Way, day: number): void {
  addDay(state.ways, way, day, MOST);
  if (store !== '') addDay(state.stores, store, day, MOST);
}
