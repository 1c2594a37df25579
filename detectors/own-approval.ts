import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { counted } from '../schemas/counted.ts';
import { DAY } from '../schemas/durations.ts';
import { lasting } from '../schemas/lasting.ts';
import { defineDetector } from './detector.ts';
import { partOf } from './own-approval/part.ts';
import { type Signer, signerOf } from './own-approval/signer.ts';
import { leastPeers, peerShare, TEAM } from './stats/peer-share.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { again, remindDays, reminded, type Standing, type Told, tellOnce, toldAndDone } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Whoever asks for something is not the one who agrees to it: the agent approves what it asked for itself, for the same
 * person, or names itself or nobody as the one who approved, where it always named others. State: the last 256 things that it asked for, 32 tools and 64 that were told; 25 KB.
 */
interface State extends TimeSpan {
  /** Calls that change something, and approvals. */
  calls: number;
  approvals: number;
  /** Calls that named somebody else as the one who agreed; absent before the first. */
  signed?: number;
  /** What it asked for: when, and for whom; '' where that is not known. */
  asked: Recent<[at: number, user: string]>;
  /** Tools by which it approves what is its own, where that was found to be in order: how often. */
  usual: Recent<number>;
  told?: Told;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  agrees: boolean;
  /** When it asked for what it approves now; undefined where it did not. */
  askedAt: number | undefined;
  /** Whom the call names as the one who agreed; undefined where it names nobody. */
  signer: Signer | undefined;
  standing: Standing | null;
  holders: number;
  peers: number;
  shared: number;
}

const ASKED = 256;
const TOOLS = 32;
const WHO: Record<Signer, string> = {
  itself: 'the agent itself',
  'its maker': 'whoever prepared it',
  nobody: 'nobody',
  other: 'somebody else',
};
const configSchema = z.object({
  base: z.number().default(4).describe('Score of the first.'),
  least_calls: z.number().int().min(0).default(50).describe('Calls that change something before a first is news.'),
  least_days: z.number().min(0).default(7).describe('Days of them.'),
  least_signed: z
    .number()
    .int()
    .min(1)
    .default(10)
    .describe('Calls that name somebody else as the one who agreed: as many do as well.'),
  within_days: z.number().positive().default(60).describe('Days for which the agent is held to have asked for it.'),
  least_peers: leastPeers,
  remind_days: remindDays('as low'),
});
type Config = z.output<typeof configSchema>;

export const ownApproval = defineDetector<Config, State, never, Observation>({
  id: 'own-approval',
  version: 1,
  title: 'Approves what it asked for itself',
  description:
    'An agent approves a request, a payment, a change or the like that it asked for itself, for the same person, where it never did; or names itself, whoever prepared it, or nobody ("auto") as the one who approved, where others were named: nobody else looked at it.',
  falsePositives: ['A service in which small things need an approval in form only, the first time.'],
  blindSpots: [
    'What is asked for by one agent and approved by another of the same hand.',
    'Gateways that send no results, where what is asked for gets its name from the server.',
  ],
  references: ['https://csf.tools/reference/nist-sp-800-53/r5/ac/ac-5/', 'https://attack.mitre.org/techniques/T1548/'],
  firstStep: 'Hold what was approved, and have the one look at it who should have.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03', 'ASI09'],
    mitre_atlas: ['AML.T0053'],
    maestro: ['L6', 'L7'],
    nist_ai_rmf: ['GOVERN', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, calls: 0, approvals: 0, asked: emptyRecent(), usual: emptyRecent() }),

  observe(state, seen, _session, config) {
    const { event, at, class: name, used, peers } = seen;
    if (!isChange(name)) return null;
    const { user } = event.body;
    const tool = toolOf(event.body);
    const part = partOf(seen);
    const whom = user?.id ?? user?.email ?? '';
    // What was asked for is the present, not the baseline: it is known whether or not a finding stands.
    if (part?.agrees === false && used && !seen.failed)
      for (const thing of part.things) touch<[number, string]>(state.asked, thing, ASKED, () => [at, whom]);
    const asked = part?.agrees !== true ? undefined : ownOf(state, part.things, whom, at - config.within_days * DAY);
    const signer = signerOf(seen, part?.agrees === true);
    const own = asked !== undefined || (signer !== undefined && signer !== 'other');
    return {
      at,
      tool,
      used,
      agrees: part?.agrees === true,
      askedAt: asked,
      signer,
      standing: !own ? null : tellOnce(state, tool, seen, config.remind_days),
      holders: !own ? 0 : peers.holders('own-approval', tool),
      peers: peers.agents,
      shared: !own ? 0 : peerShare(peers, 'own-approval', tool, config.least_peers),
    };
  },

  score(state, { tool, used, askedAt, signer, at, standing, peers, holders, shared }, config) {
    if (standing === null) return null;
    if (peek(state.usual, tool) !== undefined) return null;
    const { signed = 0 } = state;
    const few = state.calls < config.least_calls && signed < config.least_signed;
    const young = few || daysOf(state) < config.least_days;
    const tried = used ? '' : 'tried to ';
    const what =
      askedAt === undefined
        ? `${tried}${used ? 'called' : 'call'} ${tool} with ${WHO[signer ?? 'other']} named as the one who agreed`
        : `${tried}${used ? 'approved' : 'approve'} by ${tool} what it had asked for itself, ${lasting(at - askedAt)} before`;
    return {
      score: config.base,
      reason: 'own_approval',
      ...again(standing),
      story: `own_approval ${tool}`,
      subject: `own_approval ${tool}`,
      severity: !used || standing.reminder || young || shared >= TEAM ? 'low' : 'medium',
      seen: `${what}${reminded(standing)}`,
      expected: `nothing of its own among ${state.approvals} approvals${signed === 0 ? '' : `, and somebody else named in ${counted(signed, 'call')}`}; ${peers === 0 ? 'no peers are known' : `${holders} of ${peers} peers do so by this tool`}`,
      n: state.calls,
      days: daysOf(state),
      contributors: [{ name: 'approvals before', value: state.approvals }],
    };
  },

  learn(state, { at, tool, used, agrees, signer, standing }) {
    if (!used) return;
    noteTime(state, at);
    state.calls += 1;
    if (agrees) state.approvals += 1;
    if (signer === 'other') state.signed = (state.signed ?? 0) + 1;
    if (standing?.pending === false) touch(state.usual, tool, TOOLS, () => at);
  },

  contribute(state, tell) {
    for (const [tool] of entries(state.usual)) tell(tool, 1);
    for (const tool of toldAndDone(state)) if (peek(state.usual, tool) === undefined) tell(tool, 1);
  },
});

/** When it asked for one of these, for the same person as far as that is told. */
function ownOf({ asked }: State, things: readonly string[], whom: string, since: number): number | undefined {
  for (const thing of things) {
    const [at, user] = peek(asked, thing) ?? [Number.NEGATIVE_INFINITY, ''];
    if (at >= since && (user === whom || user === '' || whom === '')) return at;
  }
  return undefined;
}
