import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import type { NoveltyObservation } from './argument-novelty.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { type AgeingSet, add, emptyAgeingSet, has } from './stats/ageing-set.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { peek, type Recent, touch } from './stats/recent.ts';

/**
 * Arguments of privileged calls that were copied out of an earlier result of the same session and were never met
 * before: not in the agent's arguments, nor in results of its earlier sessions. State: 55 KB an agent, 40 KB a session.
 */
interface State {
  since: number;
  until: number;
  /** Entities and values met in results of sessions before. */
  results: AgeingSet;
  /** By place: how often a value was copied and new; by flow (source tool to place): likewise. */
  tallies: Recent<Tally>;
}

interface Session {
  /** Which tool's result brought a value first, the event it came with, and `old` where earlier sessions knew it: `tool\nkey\nold`. */
  brought: Recent<string>;
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
  /** Places of values that were not copied: they count in the tallies. */
  others: string[];
  result: string[];
}

const PLACES = 256;
const BROUGHT = 768;
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
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 3, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, results: emptyAgeingSet(), tallies: {} }),
  initialSession: () => ({ brought: {} }),

  observe(state, seen, session) {
    const novelty = seen.earlier.get('argument-novelty') as NoveltyObservation | undefined;
    const copies: Copy[] = [];
    const others: string[] = [];
    const privileged = classRank(seen.class) >= classRank('write');
    for (const value of novelty?.values ?? []) {
      if (!privileged) break;
      if (value.again) continue;
      const origin = peek(session.brought, value.fact.hash);
      if (origin === undefined || value.fact.kind === 'boolean') others.push(value.place);
      else copies.push(copyOf(state, seen, value, origin));
    }
    const result = seen.event.facts.result.map(({ hash }) => hash);
    const tool = toolOf(seen);
    for (const hash of result)
      if (peek(session.brought, hash) === undefined) touch(session.brought, hash, BROUGHT, () => `${tool}\n${seen.event.key}\n${has(state.results, hash) ? 'old' : 'new'}`);
    return { at: seen.at, tool, judged: privileged && seen.used, copies, others, result };
  },

  score(state, { tool, copies }) {
    const found = copies
      .filter(({ strange }) => strange)
      .map((copy) => ({ copy, score: surprise(copy) }))
      .sort((a, b) => b.score - a.score);
    const top = found[0];
    if (top === undefined || top.score <= 0) return null;
    return {
      score: top.score,
      reason: 'copied_new',
      seen: `${top.copy.kind} in ${top.copy.field} of ${tool} copied out of a result of ${top.copy.source}, never met before`,
      expected: `${Math.round(top.copy.rate * 100)} % of the values there are copied and new`,
      n: top.copy.n,
      days: (state.until - state.since) / DAY,
      contributors: found.slice(0, 5).map(({ copy, score }) => ({ name: `${copy.field} from ${copy.source}`, value: score })),
      eventKeys: [...new Set(found.map(({ copy }) => copy.eventKey))].slice(0, 20),
    };
  },

  learn(state, { at, judged, copies, others, result }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    for (const hash of result) add(state.results, hash);
    if (!judged) return;
    for (const place of others) count(state.tallies, place, false);
    for (const copy of copies) {
      count(state.tallies, copy.place, copy.strange);
      count(state.tallies, copy.flow, copy.strange);
      count(state.tallies, `* ${copy.kind}`, copy.strange);
    }
  },

  contribute(state) {
    const told: Record<string, number> = {};
    for (const [key, [n, fresh]] of Object.entries(state.tallies).slice(-128)) {
      told[`n ${key}`] = n;
      told[`f ${key}`] = fresh;
    }
    return told;
  },
});

const toolOf = ({ event: { body } }: Seen): string => `${body.server.id}/${body.target.name ?? body.method}`;

function copyOf(state: State, seen: Seen, value: NoveltyObservation['values'][number], origin: string): Copy {
  const [source = '', eventKey = '', age] = origin.split('\n');
  const { place, fact } = value;
  const flow = `${source} > ${place}`.slice(0, 300);
  const kind = rateOfNew(peek(state.tallies, `* ${fact.kind}`), 0.5);
  const prior = rateOfNew(peerTally(seen.peers, place), kind, 2);
  const rate = rateOfNew(peek(state.tallies, place), prior, 2);
  const flowPrior = rateOfNew(peerTally(seen.peers, flow), 0.5, 1);
  return {
    field: fact.field,
    kind: fact.kind,
    place,
    flow,
    source,
    eventKey,
    strange: value.fresh && age === 'new',
    rate,
    flowRate: rateOfNew(peek(state.tallies, flow), flowPrior, 1),
    n: peek(state.tallies, place)?.[0] ?? 0,
    holders: value.holders,
  };
}

const peerTally = (peers: PeerView, key: string): Tally => [peers.sum('provenance', `n ${key}`), peers.sum('provenance', `f ${key}`)];

const surprise = ({ rate, holders }: Copy): number => -Math.log10(Math.max(rate, 1e-9)) * (holders > 0 ? 0.5 : 1);

function count(tallies: Recent<Tally>, key: string, fresh: boolean): void {
  const tally = touch<Tally>(tallies, key, PLACES, () => [0, 0]);
  tally[0] += 1;
  if (fresh) tally[1] += 1;
}
