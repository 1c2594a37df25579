import { z } from 'zod';
import { counted } from '../schemas/counted.ts';
import { DAY } from '../schemas/durations.ts';
import { defineDetector } from './detector.ts';
import { askedFor, type Detail, tells } from './personal-fields/asked.ts';
import { leastPeers, peerShare, TEAM } from './stats/peer-share.ts';
import { rarityOf } from './stats/rarity.ts';
import { emptyRecent, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Which details of people an agent asks for, where its reads list fields or columns. State: 64 tools with two counts each,
 * the kinds of details known, and 64 that were told; 8 KB.
 */
interface State extends TimeSpan {
  /** By tool: reads that listed what they ask for, those of them that asked for a kind of detail new to the agent, and since when. */
  tools: Recent<[reads: number, news: number, since: number]>;
  known: Detail[];
  /** Those that came last, and when; absent before the first. */
  young?: [detail: Detail, at: number][];
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  asked: readonly Detail[];
  fresh: readonly Detail[];
  /** With those that came just before: one read for each hides none. */
  together: readonly Detail[];
  standing: Standing | null;
}

const TOOLS = 64;
const LATELY = 3 * DAY;
const MOST_YOUNG = 4;
const configSchema = z.object({
  least_reads: z.number().int().min(1).default(20).describe('Reads of a tool before what they ask for is known.'),
  least_days: z.number().min(0).default(7).describe('Days of them.'),
  least_peers: leastPeers,
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const personalFields = defineDetector<Config, State, never, Observation>({
  id: 'personal-fields',
  version: 1,
  title: 'Details of people never asked for',
  description:
    'A read that lists its fields or columns asks for details of people that the agent never asked for by any tool: a national id, an account, pay, health, belief; or two and more of name, birth, home and telephone within three days, by which somebody is known again.',
  falsePositives: ['A new report or study, the first time.'],
  blindSpots: [
    'Reads that give no list: all columns (`SELECT *`), whole records.',
    'Columns whose names do not say what they hold.',
    'Gateways that log no arguments.',
  ],
  references: ['https://gdpr-info.eu/art-9-gdpr/', 'https://attack.mitre.org/techniques/T1213/'],
  firstStep: 'Ask who wanted these details, and whether they may be had; hold what was exported until that is known.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0085', 'AML.T0053'],
    maestro: ['L2', 'L3'],
    nist_ai_rmf: ['MAP', 'MEASURE'],
  },
  config: configSchema,
  // With twenty reads and nothing new in any of them.
  defaults: { warmUp: { count: 0, days: 7 }, threshold: 1.6, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, tools: emptyRecent(), known: [] }),

  observe(state, seen, _session, config) {
    if (seen.class !== 'read') return null;
    const { event, at, used, peers } = seen;
    const asked = askedFor(event.body.args);
    if (asked === null) return null;
    const tool = toolOf(event.body);
    const fresh = asked.filter(
      (detail) =>
        !state.known.includes(detail) && peerShare(peers, 'personal-fields', detail, config.least_peers) < TEAM,
    );
    const young = fresh.length === 0 ? [] : (state.young ?? []).filter(([, came]) => at - came < LATELY);
    const together = [...young.map(([detail]) => detail), ...fresh];
    return {
      at,
      tool,
      used,
      asked,
      fresh,
      together,
      standing:
        fresh.length > 0 && tells(together)
          ? tellOnce(state, `${tool} ${fresh.join()}`, seen, config.remind_days)
          : null,
    };
  },

  score(state, { tool, used, fresh, together, standing, at }, config) {
    if (standing === null) return null;
    const [reads, news, since] = peek(state.tools, tool) ?? [0, 0, at];
    if (reads < config.least_reads || at - since < config.least_days * DAY) return null;
    // What those brought that came just before is not held against the rest of them.
    const usual = Math.max(0, news - (together.length - fresh.length));
    const score = rarityOf(reads, usual);
    return {
      score,
      reason: 'personal_fields',
      ...again(standing),
      story: `personal_fields ${tool}`,
      subject: `personal_fields ${tool} ${fresh.join()}`,
      severity: !used || standing.reminder ? 'low' : 'medium',
      seen: `${used ? 'asked' : 'tried to ask'} ${tool} for ${together.join(', ')} of people${reminded(standing)}`,
      expected: `${usual === 0 ? 'no such detail' : counted(usual, 'new kind')} in ${reads} reads by it that listed what they ask for`,
      n: reads,
      days: daysOf(state),
      contributors: [{ name: 'kinds of details never asked for', value: fresh.length }],
    };
  },

  learn(state, { at, tool, used, asked, fresh, standing }) {
    if (!used || standing?.pending) return;
    noteTime(state, at);
    const entry = touch<[number, number, number]>(state.tools, tool, TOOLS, () => [0, 0, at]);
    entry[0] += 1;
    if (fresh.length > 0) entry[1] += 1;
    for (const detail of asked) {
      if (state.known.includes(detail)) continue;
      state.known.push(detail);
      state.young = [...(state.young ?? []), [detail, at] satisfies [Detail, number]].slice(-MOST_YOUNG);
    }
  },

  contribute({ known }, tell) {
    for (const detail of known) tell(detail, 1);
  },
});
