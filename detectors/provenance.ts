import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import { type NoveltyObservation, type Origin, PLAIN } from './argument-novelty.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';

/**
 * Arguments of privileged calls that were copied out of an earlier result of the same session and were never met
 * before: not in the agent's arguments, nor in results of its earlier sessions. What the agent knows is told by `argument-novelty`, which stands before it in the list. State: 20 KB an agent, 8 KB a
 * session.
 */
interface State {
  since: number;
  until: number;
  /** By place: how often a value was copied and new; by flow (source tool to place): likewise. */
  tallies: Recent<Tally>;
}

interface Session {
  /** Values of the latest result of a tool that only reads. */
  latest: Record<string, 0>;
}

interface Copy {
  field: string;
  kind: string;
  place: string;
  flow: string;
  source: string;
  eventKey: string;
  /** Copied, new to the agent's arguments, and not in any result of earlier sessions. */
  strange: boolean;
  rate: number;
  flowRate: number;
  n: number;
  holders: number;
}

interface Observation {
  at: number;
  tool: string;
  judged: boolean;
  copies: Copy[];
  /** No value of this call was named by an argument before it: it does not go on with what went on. */
  unrelated: boolean;
  /** Places of values that were not copied: they count in the tallies. */
  others: string[];
}

const PLACES = 256;

const DAY = 86_400_000;
const configSchema = z.object({});

export const provenance = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'provenance',
  version: 1,
  title: 'Argument copied out of a result',
  description:
    'A call that writes, runs or opens something takes a value out of what a tool returned earlier in the session, and that value is new: neither the agent nor its peers ever used it, nor did results of earlier sessions hold it.',
  falsePositives: ['Work whose task is to follow up what was found, such as answering a first-time sender.'],
  blindSpots: ['Gateways that send no results.', 'Values that a model rewrites before it uses them.'],
  references: ['https://arxiv.org/abs/2503.18813'],
  tags: { owasp_asi: ['ASI01'], mitre_atlas: ['AML.T0051'], maestro: ['L3'], nist_ai_rmf: ['MEASURE'] },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 4, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, tallies: emptyRecent() }),
  initialSession: () => ({ latest: {} }),

  observe(state, seen, session) {
    const novelty = seen.earlier.get('argument-novelty') as NoveltyObservation | undefined;
    const copies: Copy[] = [];
    const others: string[] = [];
    const privileged = classRank(seen.class) >= classRank('write');
    for (const value of novelty?.values ?? []) {
      if (!privileged) break;
      if (value.again) continue;
      const { origin } = value;
      if (origin === null || PLAIN.has(value.fact.kind)) others.push(value.place);
      else copies.push(copyOf(state, seen, value, origin, Object.hasOwn(session.latest, value.fact.hash)));
    }
    const result = seen.event.facts.result.map(({ hash }) => hash);
    const tool = toolOf(seen);
    if (!privileged && result.length > 0) {
      session.latest = {};
      for (const hash of result) session.latest[hash] = 0;
    }
    return {
      at: seen.at,
      tool,
      judged: privileged && seen.used,
      copies,
      unrelated: novelty?.unrelated === true,
      others,
    };
  },

  score(state, { tool, copies, unrelated }) {
    const found = copies
      .map((copy) => ({ copy, score: surprise(copy) * (unrelated ? 1 : 0.5) }))
      .filter(({ score }) => score > 0.05)
      .sort((a, b) => Number(b.copy.strange) - Number(a.copy.strange) || b.score - a.score);
    const top = found[0];
    if (top === undefined || top.score <= 0) return null;
    return {
      score: top.score,
      reason: !top.copy.strange ? 'unusual_flow' : unrelated ? 'copied_unrelated' : 'copied_new',
      seen: `${top.copy.kind} in ${top.copy.field} of ${tool} copied out of a result of ${top.copy.source}${top.copy.strange ? ', never met before' : ''}`,
      expected: top.copy.strange
        ? `${Math.round(top.copy.rate * 100)} % of the values there are copied and new`
        : `${Math.round(top.copy.flowRate * 100)} % of the values there come from that tool`,
      n: top.copy.n,
      days: (state.until - state.since) / DAY,
      contributors: found
        .slice(0, 5)
        .map(({ copy, score }) => ({ name: `${copy.field} from ${copy.source}`, value: score })),
      eventKeys: [...new Set(found.map(({ copy }) => copy.eventKey))].slice(0, 20),
    };
  },

  learn(state, { at, judged, copies, others }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    if (!judged) return;
    for (const place of others) count(state.tallies, place, false);
    for (const copy of copies) {
      count(state.tallies, copy.place, copy.strange);
      count(state.tallies, copy.flow, true);
      count(state.tallies, `* ${copy.kind}`, copy.strange);
    }
  },

  contribute(state) {
    const told: Record<string, number> = {};
    for (const [key, [n, fresh]] of entries(state.tallies).slice(0, 128)) {
      told[`n ${key}`] = n;
      told[`f ${key}`] = fresh;
    }
    return told;
  },
});

const toolOf = ({ event: { body } }: Seen): string => `${body.server.id}/${body.target.name ?? body.method}`;

function copyOf(
  state: State,
  seen: Seen,
  value: NoveltyObservation['values'][number],
  origin: Origin,
  latest: boolean,
): Copy {
  const { place, fact } = value;
  const flow = `${latest ? 'latest' : 'earlier'} > ${place}`.slice(0, 300);
  const kind = rateOfNew(peek(state.tallies, `* ${fact.kind}`), 0.5);
  const prior = rateOfNew(peerTally(seen.peers, place), kind, 2);
  const rate = rateOfNew(peek(state.tallies, place), prior, 2);
  const ownFlow: Tally = [peek(state.tallies, place)?.[0] ?? 0, peek(state.tallies, flow)?.[0] ?? 0];
  const peerFlow: Tally = [seen.peers.sum('provenance', `n ${place}`), seen.peers.sum('provenance', `n ${flow}`)];
  return {
    field: fact.field,
    kind: fact.kind,
    place,
    flow,
    source: origin.tool,
    eventKey: origin.eventKey,
    strange: value.fresh && !value.seen,
    rate,
    flowRate: rateOfNew(ownFlow, rateOfNew(peerFlow, 0.3, 2), 2),
    n: peek(state.tallies, place)?.[0] ?? 0,
    holders: value.holders,
  };
}

const peerTally = (peers: PeerView, key: string): Tally => [
  peers.sum('provenance', `n ${key}`),
  peers.sum('provenance', `f ${key}`),
];

const surprise = ({ strange, rate, flowRate, holders }: Copy): number =>
  strange
    ? -Math.log10(Math.max(rate, 1e-9)) * (holders > 0 ? 0.5 : 1)
    : -Math.log10(Math.min(1, Math.max(flowRate, 1e-9)));

function count(tallies: Recent<Tally>, key: string, fresh: boolean): void {
  const tally = touch<Tally>(tallies, key, PLACES, () => [0, 0]);
  tally[0] += 1;
  if (fresh) tally[1] += 1;
}
