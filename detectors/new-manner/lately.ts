import { DAY } from '../../schemas/durations.ts';
import { ENTITY_KINDS, type FactKind } from '../../schemas/event.ts';
import { type Novelty, PLAIN } from '../argument-novelty/novelty.ts';
import { type AgeingSet, has } from '../stats/ageing-set.ts';
import { mix } from '../stats/mix.ts';
import { peek, type Recent, touch } from '../stats/recent.ts';

/** Values that changes gave for the first time in the last days, and which of them come together. */
export interface Lately {
  /** Numbers and truths met, each in its place: other values are known to argument-novelty. */
  plain: AgeingSet;
  values: Recent<Young>;
  pairs: Recent<Pair>;
}

/** A value that is new in its field: since when, to what it was given first, how often it came again, how often of that was learned. */
type Young = [since: number, thing: string, again: number, learned: number];

/** Two of them that came together: since when, and for which things. */
type Pair = [since: number, things: string[]];

/** A new value that came again. */
export interface Part {
  key: string;
  field: string;
  place: string;
  kind: FactKind;
  /** Of what is learned of the field, what the value brought itself: it is not held against itself. */
  own: number;
}

export interface Together {
  parts: [Part, Part];
  /** Things that were given both. */
  things: number;
}

const [VALUES, PAIRS] = [256, 128];
/** Things of a pair that are told apart. */
const THINGS = 16;

/** What a change is of; words and texts say how. */
export const isThing = (kind: FactKind): boolean => ENTITY_KINDS.has(kind);

/** The value, where it is new in these days, counted once more; undefined where it is known. */
export function youngOf(lately: Lately, value: Novelty, at: number, days: number, thing: string): Young | undefined {
  const young = peek(lately.values, value.key);
  if (young !== undefined && at - young[0] <= days * DAY) {
    touch(lately.values, value.key, VALUES, () => young);
    young[2] += 1;
    if (young[2] === 0) young[1] = thing;
    return young;
  }
  return born(lately, value, [at, thing, 0, 0]);
}

/** A value that only failed so far is as new when it goes through: argument-novelty met it by then. */
export function tryOf(lately: Lately, value: Novelty, at: number, days: number): void {
  const young = peek(lately.values, value.key);
  if (young === undefined || at - young[0] > days * DAY) born(lately, value, [at, '', -1, 0]);
}

function born(lately: Lately, { fact, key, fresh, moved, again }: Novelty, as: Young): Young | undefined {
  if (PLAIN.has(fact.kind) ? has(lately.plain, key) : again || !(fresh || moved)) return undefined;
  const young = touch<Young>(lately.values, key, VALUES, () => as);
  young.splice(0, 4, ...as);
  return young;
}

/** New values that come again together, and of how many things. Two names of one party are one. */
export function pairsOf(lately: Lately, again: readonly Part[], at: number, days: number, thing: string): Together[] {
  return again.flatMap((one, i) =>
    again.slice(i + 1).flatMap((two): Together[] => {
      if (one.field === two.field || (isThing(one.kind) && isThing(two.kind))) return [];
      const pair = touch<Pair>(lately.pairs, mix(one.key, two.key), PAIRS, () => [at, []]);
      if (at - pair[0] > days * DAY) pair.splice(0, 2, at, []);
      const things = pair[1];
      const first = peek(lately.values, one.key)?.[1] ?? '';
      if (things.length === 0 && first === peek(lately.values, two.key)?.[1]) things.push(first);
      if (things.length < THINGS && !things.includes(thing)) things.push(thing);
      return [{ parts: [one, two], things: things.length }];
    }),
  );
}
