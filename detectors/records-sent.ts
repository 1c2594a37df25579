import { z } from 'zod';
import { addressesIn } from '../schemas/addresses.ts';
import { isChange } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import type { Fact, FactKind } from '../schemas/event.ts';
import { noveltyOf } from './argument-novelty.ts';
import { defineDetector, type Seen } from './detector.ts';
import { isAnybodys } from './stats/at-home.ts';
import { leavesOf, textsIn } from './stats/leaves.ts';
import { rarityOf } from './stats/rarity.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * The text of one message names many people, and it goes to somebody whom neither the agent nor its peers ever wrote to:
 * a list that is taken out. State: two counts.
 */
interface State extends TimeSpan {
  /** Calls that change something. */
  calls: number;
  /** Of them, those that took so many records to a stranger. */
  sent: number;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  /** How many people the text names, by address or account; 0 where the call goes to nobody new. */
  records: number;
  peers: number;
  /** Peers that do the same. */
  holders: number;
}

/** By what a record of somebody is known. */
const PERSONAL: ReadonlySet<FactKind> = new Set<FactKind>(['email', 'iban', 'account']);
/** Of calls that change something, so many are taken as seen before any was: hardly anybody's do so. */
const PRIOR = 20;
const SENT = 'sent';
const configSchema = z.object({
  least_records: z.number().int().min(2).default(5).describe('Fewer people than these are a message about somebody.'),
  many_records: z.number().int().min(2).default(20).describe('So many are a list, and high.'),
});
type Config = z.output<typeof configSchema>;

export const recordsSent = defineDetector<Config, State, never, Observation>({
  id: 'records-sent',
  version: 1,
  title: 'Records of many people to a stranger',
  description:
    'The text of a message, a comment or a post names many people by address or account, and it goes to an address whose domain neither the agent nor its peers ever named before (or where anybody has one): medium from five people on, high from twenty.',
  falsePositives: ['A list that somebody rightly sends to a new customer, insurer or printer.'],
  blindSpots: [
    'Records known by names alone, packed, or attached as a file.',
    'More than 64 values in one call are not counted.',
    'A stranger at a domain that the agent writes to.',
  ],
  references: ['https://attack.mitre.org/techniques/T1567/', 'https://attack.mitre.org/techniques/T1048/'],
  firstStep: 'Ask who wanted the list sent; if nobody, stop the session and see what it read just before.',
  tags: {
    owasp_asi: ['ASI01', 'ASI02'],
    mitre_atlas: ['AML.T0086'],
    maestro: ['L2', 'L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // One in a hundred calls that change something.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 2, severity: 'medium', cooldownMs: DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, sent: 0 }),

  observe(_state, seen, _session, config) {
    if (!isChange(seen.class)) return null;
    const { body, facts } = seen.event;
    const people = facts.args.length < config.least_records ? 0 : peopleIn(facts.args);
    const records = people >= config.least_records && goesToStranger(seen) ? people : 0;
    const { at, used, peers } = seen;
    const tool = toolOf(body);
    const holders = records === 0 ? 0 : peers.holders('records-sent', SENT);
    return { at, tool, used, records, peers: peers.agents, holders };
  },

  score(state, { tool, used, records, peers, holders }, config) {
    if (records === 0) return null;
    const usual = state.sent > 0 || holders > 0;
    return {
      score: rarityOf(state.calls, state.sent, PRIOR),
      reason: 'records_to_stranger',
      story: `records ${tool}`,
      severity: !used || usual ? 'low' : records >= config.many_records ? 'high' : 'medium',
      seen: `${used ? 'sent' : 'tried to send'} ${records} or more addresses and accounts of people in the text of one call of ${tool}, to a domain that nobody named before`,
      expected: `${state.sent === 0 ? 'none' : state.sent} of ${state.calls} calls that changed something did so; ${holders} of ${peers} peers do`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: 'people named', value: records }],
    };
  },

  learn(state, { at, used, records }) {
    if (!used) return;
    noteTime(state, at);
    state.calls += 1;
    if (records > 0) state.sent += 1;
  },

  contribute({ sent }, tell) {
    if (sent > 0) tell(SENT, 1);
  },
});

/** How many people are named in running text: a list of recipients is none. */
function peopleIn(facts: readonly Fact[]): number {
  const texts = new Set<string>();
  for (const { kind, field } of facts) if (kind === 'text') texts.add(field);
  const people = new Set<string>();
  for (const { kind, field, hash } of facts) if (PERSONAL.has(kind) && texts.has(field)) people.add(hash);
  return people.size;
}

/** An argument is, as a whole, an address that nobody named, at a domain that is new or anybody's. */
function goesToStranger(seen: Seen): boolean {
  const values = noveltyOf(seen)?.values ?? [];
  const isNew = (kind: FactKind): boolean =>
    values.some((value) => value.fact.kind === kind && value.fresh && !value.embedded && value.holders === 0);
  return isNew('email') && (isNew('domain') || recipientsOf(seen).some((domain) => isAnybodys(domain)));
}

function recipientsOf({ event: { body } }: Seen): string[] {
  const texts = leavesOf(body.args).flatMap(([, value]) => textsIn(value));
  const addresses = texts.flatMap((text) => addressesIn(text.trim()));
  return addresses.map((address) => address.slice(address.lastIndexOf('@') + 1).toLowerCase());
}
