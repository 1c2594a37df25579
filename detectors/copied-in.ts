import { z } from 'zod';
import { isChange, type Severity } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector, type Seen } from './detector.ts';
import { placeOf, type Recipient, type Recipients, recipientsOf } from './mail/recipients.ts';
import { isAtHome } from './stats/at-home.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch, use, youngest } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Somebody to whom neither the agent nor its peers ever wrote gets a copy of what goes to several others. State: 256 domains
 * (of those where anybody has one, addresses), 64 strangers with the first few others, and 64 that were told: 26 KB.
 */
interface State extends TimeSpan {
  /** Where those are whom it writes to. */
  houses: Recent<0>;
  /** Messages to named recipients, and strangers in copy of several that were found to be in order. */
  sent: number;
  cleared: number;
  /** By where they are, whom nobody knew when they were first copied in. */
  strangers: Recent<Stranger>;
  told?: Told;
}

interface Stranger {
  /** When they were first copied in. */
  since: number;
  /** The others, by hash, as many as are asked for. */
  others: string[];
  /** Each copy was hidden from the others. */
  blind: boolean;
  /** Messages; absent in what was kept before they were counted. */
  messages?: number;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  sent: boolean;
  /** The domain of the stranger, '' where there is none; and what of them is known, this message included. */
  domain: string;
  /** Where they all are, but for strangers that are watched. */
  houses: readonly string[];
  /** Where the stranger is. */
  stranger: string;
  others: number;
  blind: boolean;
  standing: Standing | null;
}

const MOST = 64;
const HOUSES = 256;
const HOUSES_TOLD = 64;
/** Of messages, so many are taken as seen before any was: hardly anybody's are copied to a stranger. */
const PRIOR = 20;
const configSchema = z.object({
  least_sent: z.number().int().min(0).default(8).describe('Messages before somebody new in copy is news.'),
  blind_others: z
    .number()
    .int()
    .min(1)
    .default(2)
    .describe('Messages, or others in one, that go to them as a blind copy.'),
  shown_others: z.number().int().min(1).default(3).describe('The same of copies that the others are shown.'),
  within_days: z.number().positive().default(30).describe('Days from the first copy on.'),
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const copiedIn = defineDetector<Config, State, never, Observation>({
  id: 'copied-in',
  version: 1,
  title: 'A stranger in copy',
  description:
    'Messages to several others go in copy to an address at a domain to which neither the agent nor its peers ever wrote (or where anybody has one), and that is not of the house for which it acts: what a mail server that was tampered with does, or a memory that was poisoned. High as blind copies, to two others and more; medium where they are shown, to three.',
  falsePositives: ['A ticketing or customer system that is rightly to get a copy of all mail from now on.'],
  blindSpots: [
    'Copies that the mail server adds after the gateway.',
    'A stranger at a domain that the agent writes to, and one who is a recipient like the others.',
  ],
  references: [
    'https://attack.mitre.org/techniques/T1114/003/',
    'https://attack.mitre.org/techniques/T1567/',
    'https://www.koi.ai/blog/postmark-mcp-npm-malicious-backdoor-email-theft',
  ],
  firstStep:
    'Ask whoever runs the mail server who is in copy; if nobody knows, stop it, and look at what the agent was told to remember.',
  tags: {
    owasp_asi: ['ASI01', 'ASI04', 'ASI06'],
    mitre_atlas: ['AML.T0086', 'AML.T0080'],
    maestro: ['L2', 'L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // With eight messages and nobody like that.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 1.5, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, sent: 0, cleared: 0, houses: emptyRecent(), strangers: emptyRecent() }),

  observe(state, seen, _session, config) {
    if (!isChange(seen.class)) return null;
    const recipients = recipientsOf(seen);
    const { mains, copies } = recipients;
    const { at, used } = seen;
    const copy = used ? strangerIn(state, seen, recipients, config) : undefined;
    const stranger = copy === undefined ? '' : placeOf(copy);
    const { others = [], blind = false, messages = 0 } = peek(state.strangers, stranger) ?? {};
    // Whose assistant writes to a few people is read by one copy after the other.
    const tells = blind
      ? Math.max(others.length, messages) >= config.blind_others
      : others.length >= config.shown_others;
    return {
      at,
      tool: toolOf(seen.event.body),
      used,
      sent: mains.length > 0,
      domain: copy?.domain ?? '',
      houses: [...mains, ...copies.filter((one) => !isWatched(state, one, at, config))].map(placeOf),
      stranger,
      others: others.length,
      blind,
      standing: tells ? tellOnce(state, stranger, { at, class: 'write', used }, config.remind_days) : null,
    };
  },

  score(state, { tool, domain, others, blind, standing }) {
    if (standing === null) return null;
    const severity: Severity = standing.reminder ? 'low' : blind ? 'high' : 'medium';
    return {
      score: rarityOf(state.sent, state.cleared, PRIOR),
      reason: blind ? 'blind_copy' : 'copied_in',
      ...again(standing),
      story: `copied-in ${tool} ${domain}`,
      severity,
      seen: `${tool} sends a ${blind ? 'blind copy' : 'copy'} of messages to ${others} others to ${domain}, to which nobody wrote before${reminded(standing)}`,
      expected: `${state.cleared === 0 ? 'nobody' : state.cleared} like that in ${state.sent} messages`,
      n: state.sent,
      days: daysOf(state),
      contributors: [{ name: 'others whose messages were copied', value: others }],
    };
  },

  learn(state, { at, used, sent, standing, houses, stranger }) {
    if (!used || !sent) return;
    noteTime(state, at);
    state.sent += 1;
    if (standing?.pending === false) {
      state.cleared += 1;
      use(state.houses, stranger, HOUSES);
    }
    for (const house of houses) use(state.houses, house, HOUSES);
  },

  contribute({ houses }, tell) {
    for (const [house] of youngest(houses, HOUSES_TOLD)) tell(house, 1);
  },
});

/** A stranger in copy of this message, who is remembered as that: by where they are, as names before the `@` are made at will. */
function strangerIn(
  state: State,
  seen: Seen,
  { mains, copies, blind }: Recipients,
  config: Config,
): Recipient | undefined {
  for (const copy of copies) {
    const place = placeOf(copy);
    const isStranger =
      state.sent >= config.least_sent &&
      peek(state.houses, place) === undefined &&
      seen.peers.holders('copied-in', place) === 0 &&
      !isAtHome(copy.domain, seen.event.body);
    if (!isStranger) continue;
    const others = mains.filter((main) => main.hash !== copy.hash && main.domainHash !== copy.domainHash);
    if (others.length === 0) continue;
    const stranger = touch<Stranger>(state.strangers, place, MOST, () => ({ since: seen.at, others: [], blind: true }));
    stranger.blind &&= blind;
    if (!isWatched(state, copy, seen.at, config)) continue;
    stranger.messages = (stranger.messages ?? 0) + 1;
    for (const other of others)
      if (stranger.others.length < config.shown_others && !stranger.others.includes(other.hash))
        stranger.others.push(other.hash);
    return copy;
  }
  return undefined;
}

/** Lately a stranger, whom a copy does not make known. */
function isWatched({ strangers }: State, copy: Recipient, at: number, { within_days }: Config): boolean {
  const stranger = peek(strangers, placeOf(copy));
  return stranger !== undefined && at - stranger.since <= within_days * DAY;
}
