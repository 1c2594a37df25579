import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { defineDetector } from './detector.ts';
import { graded, isRaised } from './secret-reach/grades.ts';
import { type Kind, kindOf } from './secret-reach/kind.ts';
import { inDays, saidOf } from './secret-reach/said.ts';
import { addDay, daysMet, emptyIncidence, type Incidence, unseenShare } from './stats/incidence.ts';
import { peersKnow } from './stats/peers-know.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type Span } from './stats/span.ts';
import { REMINDED } from './stats/told.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * Which stores of secrets and identities the agent reaches, and through which tools. What counts is days, not calls: a
 * busy day proves no more than a quiet one. State: 128 ways of 120 bytes, 64 told ones.
 */
interface State extends Span {
  /** Days on which each tool was used, whatever its class: how long the agent did without secrets. */
  tools: Incidence;
  /** Ways that lead to a store: tool, and the store where the arguments name it. */
  ways: Incidence;
  /** What it does there; absent in what was kept before that was told apart. */
  kinds?: Incidence;
  /** Ways already told and not learned, with the time, and whether one got through. */
  told: Recent<[at: number, used?: boolean]>;
}

interface Observation {
  at: number;
  way: string;
  tool: string;
  kind: Kind;
  class: PrivilegeClass;
  /** The store that the arguments name, where the tool itself is none of secrets; else ''. */
  store: string;
  /** What of a statement of SQL reaches them, where that says so: a table, a column; else ''. */
  named: string;
  reaches: boolean;
  used: boolean;
  granted: boolean;
  /** Days on which the way and the tool were met, where it reaches a store. */
  wayDays: number;
  toolDays: number;
  /** It was told lately, and nobody cleared it: neither told again nor learned. */
  pending: boolean;
  /** It was told long ago, and nobody cleared it: told again, a step milder. */
  reminder: boolean;
  peers: number;
  holders: number;
}

const DAY = 86_400_000;
const TOOLS = 256;
const WAYS = 128;
const KINDS = 8;
const TOLD = 64;
const configSchema = z.object({
  known_days: z
    .number()
    .int()
    .min(1)
    .default(3)
    .describe('Days of using secrets from which on an agent is a known user of them.'),
  remind_days: z
    .number()
    .positive()
    .default(30)
    .describe('A way that nobody cleared is told again then, a step milder.'),
});
type Config = z.output<typeof configSchema>;

export const secretReach = defineDetector<Config, State, unknown, Observation>({
  id: 'secret-reach',
  version: 1,
  title: 'New way to secrets or identities',
  description:
    'An agent reached a store of secrets or identities in a way it never did: by a tool made for it, or by a tool for reading whose arguments name such a store. Reaching secrets is a privilege of its own, even for a read.',
  falsePositives: [
    'A duty that was handed over without a grant that says so.',
    'A test that reads a file of examples.',
  ],
  blindSpots: [
    'Secrets kept in places that look like any other file or table.',
    'Gateways that log no arguments: only tools made for secrets are seen.',
  ],
  references: ['https://attack.mitre.org/techniques/T1552/', 'https://attack.mitre.org/techniques/T1555/'],
  firstStep: 'Find out which secrets it got, rotate them, and close the way: a narrower grant, or a narrower path.',
  tags: {
    owasp_asi: ['ASI02', 'ASI03'],
    mitre_atlas: ['AML.T0098', 'AML.T0083'],
    maestro: ['L2', 'L6'],
    nist_ai_rmf: ['GOVERN', 'MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 5 }, threshold: 3, severity: 'high', cooldownMs: 7 * DAY },
  initial: () => ({ since: 0, until: 0, tools: emptyIncidence(), ways: emptyIncidence(), told: emptyRecent() }),

  observe(state, seen, _session, config) {
    if (seen.class === 'discover') return null;
    const { server, target, method } = seen.event.body;
    const tool = toolOf(server.id, target.name ?? method);
    const reaches = classRank(seen.class) >= classRank('secret');
    const store = reaches && seen.classRule.startsWith('args:') ? seen.classRule.slice(5, 69) : '';
    const way = store === '' ? tool : `${tool} > ${store}`;
    const wayDays = reaches ? daysMet(state.ways, way) : 0;
    const told = reaches && wayDays === 0 ? peek(state.told, way) : undefined;
    // What was refused when it was told, and gets through now, was not told.
    const known = told !== undefined && (told[1] === true || !seen.used);
    const pending = known && seen.at - told[0] < config.remind_days * DAY;
    const observation: Observation = {
      at: seen.at,
      way,
      tool,
      kind: kindOf(seen.class, tool),
      class: seen.class,
      store,
      named: reaches && seen.classRule.startsWith('sql:') ? seen.classRule.slice(4, 68) : '',
      reaches,
      used: seen.used,
      granted: seen.scope === 'in',
      wayDays,
      toolDays: reaches ? daysMet(state.tools, tool) : 0,
      pending,
      reminder: known && !pending,
      peers: seen.peers.agents,
      holders: reaches ? seen.peers.holders('secret-reach', way) : 0,
    };
    if (reaches && wayDays === 0) {
      const entry = touch<[number, boolean?]>(state.told, way, TOLD, () => [0, false]);
      if (!pending) entry[0] = seen.at;
      entry[1] = entry[1] === true || seen.used;
    }
    return observation;
  },

  score(state, seen, config) {
    if (!seen.reaches || seen.wayDays > 0 || seen.pending) return null;
    const knows = state.ways.n >= config.known_days;
    const usual = knows && (state.kinds === undefined || daysMet(state.kinds, seen.kind) > 0);
    // Who uses secrets every day finds a new one now and then; who never did is surprising by as long as it did not.
    const own = usual ? unseenShare(state.ways) : 0.5 / (state.tools.n + 1);
    const known = peersKnow(seen.holders, seen.peers);
    const newness = -Math.log10(Math.max(own, known.both));
    const raised = isRaised(seen) ? 1 : 0;
    const bonus = (usual ? 0.8 : 1.6) * (1 - known.share) + raised;
    return {
      score: newness + bonus,
      reason: seen.store === '' ? 'new_secret_tool' : 'tool_reaches_secrets',
      story: seen.way,
      severity: graded(seen, usual),
      seen: `${saidOf(seen)}${seen.reminder ? REMINDED : ''}`,
      expected: usual
        ? `it reaches secrets in ${entries(state.ways.days).length} other ways`
        : `${knows ? `it was never seen to ${seen.kind}` : seen.reminder ? 'nothing else that reaches secrets or identities' : 'it never reached secrets or identities'} in ${inDays(state)}; ${seen.holders} of ${seen.peers} peers reach it`,
      n: state.tools.n,
      days: daysOf(state),
      contributors: [
        { name: 'how seldom such a way is new', value: newness },
        {
          name: usual ? 'reaches secrets in other ways' : knows ? `new: to ${seen.kind}` : 'never reached secrets',
          value: bonus - raised,
        },
        { name: 'a known tool that gained a way to secrets', value: raised },
        { name: 'peers that know this way', value: seen.holders },
      ],
    };
  },

  learn(state, { at, used, reaches, tool, way, kind, pending }) {
    if (!used || pending) return;
    noteTime(state, at);
    const day = Math.floor(at / DAY);
    addDay(state.tools, tool, day, TOOLS);
    if (!reaches) return;
    addDay(state.ways, way, day, WAYS);
    state.kinds ??= emptyIncidence();
    addDay(state.kinds, kind, day, KINDS);
  },

  contribute(state, tell) {
    for (const [way] of entries(state.ways.days).slice(0, 64)) tell(way, 1);
    // What is rolled out to a team is told of its first agents, learned of none, and still no news of the last.
    for (const [way, [, used]] of entries(state.told))
      if (used === true && daysMet(state.ways, way) === 0) tell(way, 1);
  },
});
