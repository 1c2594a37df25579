import { DAY } from '../../schemas/durations.ts';
import type { FactKind } from '../../schemas/event.ts';
import { spaced } from '../../schemas/words.ts';
import type { Novelty } from '../argument-novelty/novelty.ts';
import type { Seen } from '../detector.ts';
import type { Habit } from '../stats/habit.ts';
import { joiner } from '../stats/joiner.ts';
import { mix } from '../stats/mix.ts';
import { perPair } from '../stats/per-pair.ts';
import { peek, type Recent, touch } from '../stats/recent.ts';
import { isMatter } from './no-party.ts';

/** Who came lately, field by field, and for how many new things. */
export interface Newcomers {
  places: Recent<Place>;
  newcomers: Recent<Newcomer>;
}

/** The habit of one field, and how often it was met at all. */
type Place = [...Habit, met: number];

/** Since when, for how many new things, how often its field had been met before, how much of it was learned, 1 where nobody knew it, and the last thing. */
type Newcomer = [since: number, things: number, before: number, learned: number, strange: 0 | 1, thing: string];

export interface Party {
  place: string;
  /** The value in its place, as one key. */
  key: string;
  fact: Novelty['fact'];
  /** Of so many new things since it came, so many are the newcomer's; 0 of one that is none. */
  changes: number;
  things: number;
  strange: boolean;
  /** It is an account to which somebody is paid, or how somebody is reached: everybody has an own one. */
  own: boolean;
  /** Of what is learned of the field, what the newcomer brought itself: it is not held against itself. */
  brought: number;
}

const PLACES = 96;
const NEWCOMERS = 128;
/** By these no new thing is known: they differ anyway. */
const NO_THING: ReadonlySet<FactKind> = new Set(['text', 'number', 'boolean', 'time']);
const placeOf = joiner(' ', 200);

/** Another field of the call names something for the first time: it is not the same thing once more. */
export const isOfNewThing = (values: readonly Novelty[], { fact: { field } }: Novelty): boolean =>
  values.some(
    ({ fact, fresh, moved, again }) => fact.field !== field && !again && (fresh || moved) && !NO_THING.has(fact.kind),
  );

/** Whom or what a call is about, beside the account or address that it gives. */
export const thingOf = (values: readonly Novelty[], { fact: { field } }: Novelty): string =>
  mix(
    ...values.flatMap(({ fact, embedded }) =>
      fact.field === field || embedded || NO_THING.has(fact.kind) || isMatter(fact.field) ? [] : [fact.hash],
    ),
  );

/** `thing`: of an account or address of somebody, whose; '' where the call is of something new anyway. `known`: the tool is. */
export function partyOf(
  state: Newcomers,
  seen: Seen,
  value: Novelty,
  thing: string,
  known: boolean,
  newcomerDays: number,
): Party {
  const { fact, fresh, moved, again, key } = value;
  const place = placeOf(value.place, fact.kind);
  const field = touch<Place>(state.places, place, PLACES, () => [0, 0, 0]);
  const before = field[2]++;
  const none = { place, key, fact, changes: 0, things: 0, strange: false, own: false, brought: 0 };
  if (peek(state.newcomers, key) === undefined && (again || !(fresh || moved))) return none;
  const strange = known && isStrange(seen, value) ? 1 : 0;
  const one = touch<Newcomer>(state.newcomers, key, NEWCOMERS, () => [seen.at, 0, before, 0, strange, '']);
  if (seen.at - one[0] > newcomerDays * DAY) return none;
  // The same account for the same one, once more, is a second try.
  if (thing !== '' && thing === one[5]) return none;
  one[5] = thing;
  one[1] += 1;
  return {
    place,
    key,
    fact,
    changes: before + 1 - one[2],
    things: one[1],
    strange: one[4] === 1,
    own: thing !== '',
    brought: one[3],
  };
}

const isStrange = ({ fleet }: Seen, { fact, fresh, holders }: Novelty): boolean =>
  fresh && holders === 0 && fleet.holders('argument-novelty', fact.hash) === 0;

const CHANGES = / (?:update|change|set|modify|edit|replace|patch) /;
const PERSON =
  / (?:contacts?|profiles?|customers?|clients?|users?|accounts?|members?|subscribers?|patients?|guests?|employees?|persons?|details|phone|mobile|emails?) /;
/** A tool by which somebody is reached in another way from now on: so are the codes that let in. */
export const changesContact = perPair((_server: string, tool: string): boolean => {
  const name = spaced(tool);
  return CHANGES.test(name) && PERSON.test(name);
});
const CONTACT = /(?:^|[._])(?:new_?)?(?:e_?mail|phone|mobile|telephone|msisdn)(?:_?(?:address|number|no))?$/i;
export const isContact = (field: string): boolean => CONTACT.test(field);
