import { z } from 'zod';
import { classRank, type PrivilegeClass } from '../schemas/alert.ts';
import { defineDetector } from './detector.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';

/** On whose behalf an agent acts, over how many hands, and through whom. State: at most 512 names, 60 KB. */
interface State {
  since: number;
  until: number;
  /** Calls on behalf of somebody; principals met, and how often one was new. */
  met: Recent<number>;
  fresh: Tally;
  /** Principals in the middle of a chain. */
  via: Recent<number>;
  deepest: number;
}

interface Observation {
  at: number;
  class: PrivilegeClass;
  used: boolean;
  tool: string;
  principal: string;
  depth: number;
  brokers: string[];
  /** Agents of the fleet that were seen behind the most shared of the new brokers. */
  shared: number;
  broker: string;
  confused: string;
}

const NAMES = 256;
const configSchema = z.object({
  shared_by: z.number().int().min(2).default(3).describe('Agents behind one broker from which on it is shared.'),
});

export const delegation = defineDetector<z.output<typeof configSchema>, State, never, Observation>({
  id: 'delegation',
  version: 1,
  title: 'Delegation that does not add up',
  description:
    'An agent used what a principal in its chain of delegation was never granted (confused deputy), acts for somebody it never acted for, over more hands than ever, or through a broker that many agents share.',
  falsePositives: [
    'An assistant that is rolled out to further people.',
    'A new orchestrator put in front of known agents.',
  ],
  blindSpots: ['Gateways that do not log the chain or the user.', 'A principal that lends its own token.'],
  references: [
    'https://datatracker.ietf.org/doc/html/rfc8693',
    'https://css.csail.mit.edu/6.858/2015/readings/confused-deputy.html',
  ],
  firstStep: 'Ask the principal named as the origin whether it asked for this call.',
  tags: {
    owasp_asi: ['ASI03', 'ASI07'],
    mitre_atlas: ['AML.T0053', 'AML.T0012'],
    maestro: ['L7'],
    nist_ai_rmf: ['MEASURE', 'MANAGE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 50, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: 12 * 3_600_000 },
  initial: () => ({ since: 0, until: 0, met: emptyRecent(), fresh: [0, 0], via: emptyRecent(), deepest: 0 }),

  observe(state, seen) {
    const { body } = seen.event;
    const chain = (body.delegation ?? []).map(({ sub }) => sub).filter((sub) => sub !== body.agent.id);
    const principal = body.user?.id ?? body.user?.email ?? chain.at(-1);
    if (principal === undefined) return null;
    const brokers = chain.slice(0, -1).slice(0, 8);
    let [broker, shared] = ['', 0];
    for (const name of brokers) {
      const holders = peek(state.via, name) === undefined ? seen.fleet.holders('delegation', `via:${name}`) : 0;
      if (holders > shared) [broker, shared] = [name, holders];
    }
    return {
      at: seen.at,
      class: seen.class,
      used: seen.used,
      tool: `${body.server.id}/${body.target.name ?? body.method}`,
      principal,
      depth: chain.length,
      brokers,
      shared,
      broker,
      confused: seen.scope === 'out' && seen.scopeWhy.startsWith('delegated by ') ? seen.scopeWhy : '',
    };
  },

  score(state, seen, config) {
    const graded = 0.3 * Math.max(0, classRank(seen.class) - classRank('read'));
    const fresh = peek(state.met, seen.principal) === undefined;
    const unseen = -Math.log10(rateOfNew(state.fresh, 0.5));
    const parts = [
      { name: 'confused_deputy', value: seen.confused === '' ? 0 : 3.5 + graded },
      { name: 'shared_broker', value: seen.shared >= config.shared_by && classRank(seen.class) >= 2 ? 3 + graded : 0 },
      { name: 'new_principal', value: fresh && state.fresh[0] > 0 ? unseen + graded : 0 },
      // Two hands more than ever, in calls that change something.
      { name: 'deep_chain', value: seen.depth > state.deepest + 1 && state.fresh[0] > 0 ? 2.7 + graded : 0 },
    ].sort((a, b) => b.value - a.value);
    const top = parts[0]!;
    if (top.value <= 0.3) return null;
    return {
      score: top.value,
      reason: top.name,
      ...(top.name === 'confused_deputy' && { severity: 'high' as const }),
      seen: told(top.name, seen),
      expected: `it acts for ${entries(state.met).length} principals over at most ${state.deepest} hands`,
      n: state.fresh[0],
      days: (state.until - state.since) / 86_400_000,
      contributors: parts.filter(({ value }) => value > 0),
    };
  },

  learn(state, { at, principal, brokers, depth, used }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    if (!used) return;
    // The first one is new to everybody: it says nothing of how often a new one comes.
    if (state.fresh[0] > 0 && peek(state.met, principal) === undefined) state.fresh[1] += 1;
    state.fresh[0] += 1;
    touch(state.met, principal, NAMES, () => at);
    for (const broker of brokers) touch(state.via, broker, NAMES, () => at);
    state.deepest = Math.max(state.deepest, depth);
  },

  contribute(state) {
    return Object.fromEntries(
      entries(state.via)
        .slice(0, 100)
        .map(([name]) => [`via:${name}`, 1]),
    );
  },
});

function told(reason: string, { tool, principal, depth, broker, shared, confused }: Observation): string {
  if (reason === 'confused_deputy') return `${tool}, ${confused}`;
  if (reason === 'shared_broker') return `${tool} for ${principal} through ${broker}, which ${shared} agents share`;
  if (reason === 'deep_chain') return `${tool} for ${principal} over ${depth} hands`;
  return `${tool} for ${principal}, for whom it never acted`;
}
