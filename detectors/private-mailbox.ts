import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { isOwn } from './mail/own-name.ts';
import { recipientsOf } from './mail/recipients.ts';
import { houseOf, isAnybodys } from './stats/at-home.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * What goes to a private mailbox of the very one for whom the agent acts: how somebody who leaves takes things along. State:
 * 32 people, and 64 that were told; 8 KB.
 */
interface State extends TimeSpan {
  /** Calls that named a recipient, and those to a private mailbox that were found to be in order. */
  calls: number;
  cleared: number;
  /** By the person: on how many days something went to mailboxes of theirs, and on which last. */
  mailboxes: Recent<[days: number, last: number]>;
  told?: Told;
}

interface Observation {
  at: number;
  used: boolean;
  tool: string;
  /** Where the private mailbox is, '' where there is none; and the days on which something went there, this one included. */
  domain: string;
  days: number;
  standing: Standing | null;
}

const MOST = 32;
const LONGEST = 100;
/** Of calls, so many are taken as seen before any was. */
const PRIOR = 50;
const configSchema = z.object({
  several_days: z.number().int().min(1).default(2).describe('Days from which on it is no slip, and medium.'),
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const privateMailbox = defineDetector<Config, State, never, Observation>({
  id: 'private-mailbox',
  version: 1,
  title: 'To a private mailbox of the one it works for',
  description:
    'A call sends or shares something to a mailbox at a provider where anybody has one, under the name of the very person for whom the agent acts at a company: low once, medium from the second day on.',
  falsePositives: ['A ticket or an appointment that somebody wants at home, again and again.'],
  blindSpots: ['A mailbox under another name.', 'Gateways that do not tell the address of the user.'],
  references: ['https://attack.mitre.org/techniques/T1048/', 'https://attack.mitre.org/techniques/T1567/'],
  firstStep: 'Look at what was sent; where it is the company’s, ask the person and those above them.',
  tags: {
    owasp_asi: ['ASI02', 'ASI09'],
    mitre_atlas: ['AML.T0086'],
    maestro: ['L3'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  // One in thirty calls that name a recipient.
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 1.5, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, cleared: 0, mailboxes: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { body } = seen.event;
    if (!isChange(seen.class) || houseOf(body) === '') return null;
    const { mains, copies } = recipientsOf(seen);
    if (mains.length + copies.length === 0) return null;
    const { at, used } = seen;
    const own = [...mains, ...copies].find(({ name, domain }) => isAnybodys(domain) && isOwn(name, body.user));
    const whom = (body.user?.email ?? body.user?.id ?? '').toLowerCase().slice(0, LONGEST);
    const days = own === undefined ? 0 : daysWith(state, whom, at);
    const what = `${whom} ${days < config.several_days ? 'once' : 'again'}`;
    return {
      at,
      used,
      tool: toolOf(body),
      domain: own?.domain ?? '',
      days,
      standing: own === undefined ? null : tellOnce(state, what, { at, class: 'write', used }, config.remind_days),
    };
  },

  score(state, { used, tool, domain, days, standing }, config) {
    if (standing === null) return null;
    return {
      score: rarityOf(state.calls, state.cleared, PRIOR),
      reason: 'own_mailbox',
      ...again(standing),
      story: 'private-mailbox',
      severity: !used || standing.reminder || days < config.several_days ? 'low' : 'medium',
      seen: `${used ? 'sent' : 'tried to send'} something by ${tool} to a private mailbox of the one for whom it acts, at ${domain}${days > 1 ? `, on ${days} days` : ''}${reminded(standing)}`,
      expected: `${state.cleared === 0 ? 'nothing' : `${state.cleared} things`} like that in ${state.calls} calls that named a recipient`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: 'days', value: days }],
    };
  },

  learn(state, { at, used, standing }) {
    if (!used) return;
    noteTime(state, at);
    state.calls += 1;
    if (standing !== null && !standing.pending) state.cleared += 1;
  },
});

/** On how many days something went to a mailbox of theirs, with this one: what is told is counted as well. */
function daysWith(state: State, whom: string, at: number): number {
  const day = Math.floor(at / DAY);
  const entry = touch<[number, number]>(state.mailboxes, whom, MOST, () => [0, -1]);
  if (day > entry[1]) entry[0] += 1;
  entry[1] = Math.max(entry[1], day);
  return entry[0];
}
