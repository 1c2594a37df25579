import { z } from 'zod';
import { changesThings } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import type { FactKind } from '../schemas/event.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector, type Score } from './detector.ts';
import { isAccount, payees } from './grave-act/payee.ts';
import {
  changesContact,
  isContact,
  isOfNewThing,
  type Newcomers,
  type Party,
  partyOf,
  thingOf,
} from './one-party/newcomers.ts';
import { isAsker, isMatter } from './one-party/no-party.ts';
import { countHabit, type Habit } from './stats/habit.ts';
import { inField } from './stats/in-field.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { shareTail } from './stats/share-tail.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';
import { worst } from './stats/worst.ts';

/**
 * Somebody whom nobody knew stands behind one new thing after the other: refunds of many payments to one card, loads
 * awarded to one carrier, shipments sent to one address. Each change may be ordinary, and a new customer as well; that the
 * newcomer has nearly all of them is not, where newcomers seldom come again so soon. What is learned of each field is how
 * often that happens; a field that is little known is judged by the agent's others as well. State: 96 fields, 64 tools and
 * the last 128 newcomers, 30 KB at most.
 */
interface State extends TimeSpan, Newcomers {
  /** Changes of new things, and those of them that named a newcomer again: of all fields, and of each. */
  all: Habit;
  /** When the agent was first seen to use a tool. */
  tools: Recent<number>;
}

interface Observation {
  at: number;
  tool: string;
  parties: Party[];
}

const TOOLS = 64;
/** What all fields of the agent tell of one of them counts as so many of its changes. */
const POOLED = 20;
/** Of accounts and addresses so many are of two people, before any was seen: other fields say nothing of it. */
const SHARED = 1 / 400;
/** Changes that make up a habit. */
const LIMIT = 512;
/** Who or what a change is for; a place to work at is taken up by whoever begins something there. */
const PARTIES: ReadonlySet<FactKind> = new Set(['email', 'domain', 'iban', 'account', 'handle', 'uuid', 'id']);
const configSchema = z.object({
  least_things: z.number().int().min(3).default(4).describe('New things of one newcomer, at least.'),
  least_paid: z
    .number()
    .int()
    .min(2)
    .default(2)
    .describe('Of those who are paid to one new account, or reached at one new address: everybody has an own one.'),
  newcomer_days: z.number().positive().default(7).describe('Days for which whoever is new is a newcomer.'),
  least_days: z.number().min(0).default(7).describe('A tool in use for fewer days brings newcomers anyway.'),
});
type Config = z.output<typeof configSchema>;

export const oneParty = defineDetector<Config, State, never, Observation>({
  id: 'one-party',
  version: 1,
  title: 'One newcomer behind many changes',
  description:
    'A tool that the agent knows is given one new thing after the other (payments to refund, loads to award, shipments to redirect), and nearly all of them name the same address, account or party, which nobody had named before: money or goods go to one hand. So do the codes that let in, where several customers are reached under one new address from now on. Judged against how often newcomers in that field came again so soon.',
  falsePositives: ['A large new customer or supplier, a migration of many records to one new owner.'],
  blindSpots: [
    'A party that was named before, or that changes its name each time.',
    'Fields in which newcomers usually come again at once.',
    'Gateways that log no arguments.',
  ],
  references: ['https://attack.mitre.org/techniques/T1657/'],
  firstStep:
    'Check who the newcomer is by a way that the calls do not name, and hold what goes there until that is known.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02', 'ASI09'],
    mitre_atlas: ['AML.T0053', 'AML.T0048.000'],
    maestro: ['L3', 'L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({
    since: 0,
    until: 0,
    all: [0, 0],
    places: emptyRecent(),
    tools: emptyRecent(),
    newcomers: emptyRecent(),
  }),

  observe(state, seen, _session, config) {
    const { event, at, class: privilege, used, failed } = seen;
    if (!changesThings(privilege) || !used || failed) return null;
    const values = noveltyOf(seen)?.values ?? [];
    if (values.length === 0) return null;
    const tool = toolOf(event.body);
    const known = at - touch(state.tools, tool, TOOLS, () => at) >= config.least_days * DAY;
    const parties: Party[] = [];
    // Who is paid to another account, or reached at another address, is known: each of them is one more.
    const [server, name] = [event.body.server.id, event.body.target.name ?? ''];
    const [repays, moves] = [payees.fits(server, name), changesContact(server, name)];
    for (const value of values)
      if (
        PARTIES.has(value.fact.kind) &&
        !value.embedded &&
        !isMatter(value.fact.field) &&
        !isAsker(seen, value.fact.field)
      ) {
        const { field, kind } = value.fact;
        const contact = moves && kind !== 'domain' && isContact(field);
        const own = contact || (repays && isAccount(field));
        if (own || isOfNewThing(values, value))
          parties.push(
            partyOf(state, seen, value, own ? thingOf(values, value) : '', known || contact, config.newcomer_days),
          );
      }
    return { at, tool, parties };
  },

  score(state, { tool, parties }, config) {
    return worst(
      parties.map(({ place, fact, things, changes, strange, own, brought }): Score | null => {
        if (!strange || things < (own ? config.least_paid : config.least_things)) return null;
        const [n, again] = without(peek(state.places, place) ?? [0, 0], brought);
        const [all, allAgain] = without(state.all, brought);
        const usual = own ? SHARED : (allAgain + 0.5) / (all + 5);
        // The newcomer's first thing makes it one, and says nothing yet.
        const score = shareTail(things - 1, changes - 1, again + POOLED * usual, n - again + POOLED * (1 - usual));
        return {
          score: Math.min(12, score),
          reason: 'one_party',
          story: `one_party ${fact.hash}`,
          subject: `one_party ${fact.hash}`,
          seen: `${things} of ${changes} new things that ${tool} was given named the same ${inField(fact.kind, fact.field)}, which nobody had named before`,
          expected: `of ${Math.round(n)} new things there ${Math.round(again)} were of somebody who had come within ${config.newcomer_days} days`,
          n: Math.round(n),
          days: daysOf(state),
          contributors: [
            { name: 'new things of the newcomer', value: things },
            { name: 'new things since it came', value: changes },
          ],
        };
      }),
    );
  },

  learn(state, { at, parties }) {
    noteTime(state, at);
    for (const { place, key, things } of parties) {
      const again = things > 1 ? 1 : 0;
      const newcomer = peek(state.newcomers, key);
      if (newcomer !== undefined) newcomer[3] += again;
      for (const habit of [peek(state.places, place), state.all]) {
        if (habit !== undefined) countHabit(habit, again === 1, LIMIT);
      }
    }
  },
});

const without = ([changes, again]: readonly number[], brought: number): Habit => [
  Math.max(0, changes! - brought),
  Math.max(0, again! - brought),
];
