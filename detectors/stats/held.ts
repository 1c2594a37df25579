import { DAY } from '../../schemas/durations.ts';
import type { Seen } from '../detector.ts';
import { emptyRecent, entries, type Recent, touch } from './recent.ts';

/**
 * What was told and is held back, as its session may be an attack: by what it was and whom it concerned, when last and in
 * which session. It is never learned; but an honest habit that is held each time would be news for ever. State: 64 of 150
 * bytes.
 */
export type Held = Recent<[at: number, session: string]>;

const MOST = 64;
/** For so long somebody may still say that it was none of the agent's own: over a weekend. */
const OPEN_MS = 3 * DAY;
/** Separate recipients in separate sessions from which on what is held counts. */
const SEVERAL = 3;
/** A session's key that is longer is not kept. */
const LONGEST = 128;

const keyOf = (what: string, whom: string): string => `${whom} ${what}`;

export function hold(state: { held?: Held }, what: string, whom: string, at: number, session: string): void {
  if (session.length > LONGEST) return;
  state.held ??= emptyRecent();
  const entry = touch<[number, string]>(state.held, keyOf(what, whom), MOST, () => [at, session]);
  entry[0] = Math.max(entry[0], at);
}

/** How often it was told before and nobody contradicted: 0 where it was so of fewer than three recipients and sessions. */
export function heldTimes({ held }: { held?: Held }, what: string, { at, event, compromised }: Seen): number {
  if (held === undefined) return 0;
  const end = keyOf(what, '');
  const { id } = event.body.agent;
  const fit = entries(held).filter(
    ([key, [told, session]]) => key.endsWith(end) && at - told >= OPEN_MS && !compromised(id, session),
  );
  const times = Math.min(fit.length, new Set(fit.map(([, [, session]]) => session)).size);
  return times >= SEVERAL ? times : 0;
}
