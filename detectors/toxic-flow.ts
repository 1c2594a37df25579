import { z } from 'zod';
import { isChange } from '../schemas/alert.ts';
import { DAY } from '../schemas/durations.ts';
import { goesOn } from './argument-novelty.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { carriesLoad } from './flow/load.ts';
import { noteTool, type Roots, rootName, rootOf, toolsUnder } from './flow/roots.ts';
import { bringsContent, bringsSecret, carriesOut } from './flow/sources.ts';
import { isTaken, takenFrom } from './flow/taken.ts';
import { type Before, flowName, PRIOR, REASONS, STRENGTH, said } from './flow/words.ts';
import { joiner } from './stats/joiner.ts';
import { listed } from './stats/listed.ts';
import { type FreshTally, rateOfNew } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { daysOf, noteTime, type TimeSpan } from './stats/span.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * What was read and what was done then, within a session or under one delegation root (`Roots` says what that is):
 * untrusted content, or a secret, before a call that changes something or leaves. It says most where the call takes
 * something out of that content which nobody named before. Weighted by how often calls of this agent and its peers do the
 * same, so that a root which stands behind everything says nothing. State: 30 KB, and 28 KB of roots.
 */
interface State extends TimeSpan {
  /**
   * By sink: how often it was called. By `source > sink`: how often with that source before it; with `*` behind, how
   * often it took something strange out of it. With `^` behind the source: before it under the root, in any session.
   */
  tallies: Recent<FreshTally>;
  roots: Roots;
}

interface Session {
  /** Tools that brought content, with the first event that did. */
  read: Recent<string>;
  secret: string;
  /** The first that read what is not elsewhere, and its event; absent before. */
  inside?: [tool: string, eventKey: string];
}

interface Pair extends Before {
  key: string;
  /** Under the root, but read in this session too, which tells it itself. */
  own: boolean;
  eventKey: string;
  /** How often calls of that sink come so. */
  rate: number;
  n: number;
}

interface Observation {
  at: number;
  tool: string;
  used: boolean;
  pairs: Pair[];
  /** Something may come of what was read before. */
  sink: boolean;
  related: boolean;
}

const PAIRS = 384;
const SOURCES = 24;
/** A call that goes on with what went on says half as much. */
const HALF = 0.5;
const SECRET = 'secret';
const LOAD = 'load';
const configSchema = z.object({});

export const toxicFlow = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'toxic-flow',
  version: 3,
  title: 'Untrusted content, then a privileged call',
  description:
    'Within one session, or under one delegation root, something from outside or a secret was read, and then a call was made that writes, sends or opens something and takes over what was read, in a combination this agent seldom shows; after a secret also a read of an address elsewhere, which may carry it there, and after any other read one of a long address that nobody brought, at a domain that is new.',
  falsePositives: ['A new kind of task that rightly acts on what it reads.'],
  blindSpots: [
    'Agents whose daily work is to act on what strangers write.',
    'What one agent reads and another acts on: the view v_flows shows that.',
  ],
  references: ['https://simonwillison.net/2025/Jun/16/the-lethal-trifecta/'],
  tags: {
    owasp_asi: ['ASI01', 'ASI02'],
    mitre_atlas: ['AML.T0051', 'AML.T0086'],
    maestro: ['L3'],
    nist_ai_rmf: ['MEASURE'],
  },
  config: configSchema,
  defaults: { warmUp: { count: 100, days: 7 }, threshold: 4, severity: 'medium', cooldownMs: DAY },
  tells: 'session',
  initial: () => ({ since: 0, until: 0, tallies: emptyRecent(), roots: emptyRecent() }),
  initialSession: () => ({ read: emptyRecent(), secret: '' }),

  observe(state, seen, session) {
    const { body } = seen.event;
    const tool = toolOf(body);
    const privileged = isChange(seen.class);
    const [content, secret] = [bringsContent(seen), bringsSecret(seen)];
    const sink = privileged || carriesOut(seen);
    const root = sink || content ? rootOf(body) : '';
    const pairs: Pair[] = [];
    if (privileged) {
      const taken = takenFrom(seen, false);
      for (const [source, eventKey] of listed(session.read))
        pairs.push(pair(state, seen.peers, source, tool, eventKey, taken.get(source)?.kind ?? 'read'));
    }
    if (sink && session.secret !== '') pairs.push(pair(state, seen.peers, SECRET, tool, session.secret, SECRET));
    if (session.inside !== undefined && carriesLoad(seen))
      pairs.push({ ...pair(state, seen.peers, LOAD, tool, session.inside[1], 'carried'), source: session.inside[0] });
    // Of what is not secret, none is lost by any other read.
    if (sink && root !== '')
      pairs.push(...pairsUnder(state, session, seen, root, tool).filter(({ kind }) => privileged || kind === SECRET));
    if (content) touch(session.read, tool, SOURCES, () => seen.event.key);
    if (content && root !== '') noteTool(state.roots, root, tool, seen);
    if (secret) noteSecret(state, session, seen);
    if (seen.used && seen.class === 'read' && !carriesOut(seen)) session.inside ??= [tool, seen.event.key];
    return { at: seen.at, tool, used: seen.used, pairs, sink, related: goesOn(seen) };
  },

  complete(state, seen, session) {
    if (bringsSecret(seen)) noteSecret(state, session, seen);
    return null;
  },

  score(state, { pairs, tool, related }) {
    if (pairs.length === 0) return null;
    const found = pairs
      .filter(({ own }) => !own)
      .map((one) => ({ one, score: -Math.log10(one.rate) * strengthOf(one) * (related ? HALF : 1) }))
      .sort((a, b) => b.score - a.score);
    const top = found[0];
    if (top === undefined || top.score < 0.05) return null;
    return {
      score: top.score,
      reason: REASONS[top.one.kind],
      seen: said(top.one, tool),
      expected: `${Math.round(top.one.rate * 100)} % of its calls of ${tool} come so`,
      n: top.one.n,
      days: daysOf(state),
      contributors: found.slice(0, 5).map(({ one, score }) => ({ name: flowName(one, tool), value: score })),
      eventKeys: [top.one.eventKey],
    };
  },

  learn(state, { at, tool, used, pairs, sink }) {
    noteTime(state, at);
    if (!used || !sink) return;
    touch<FreshTally>(state.tallies, tool, PAIRS, () => [0, 0])[0] += 1;
    for (const { key, kind } of pairs) {
      met(state, key);
      if (isTaken(kind)) met(state, starred(key));
    }
  },

  contribute(state, tell) {
    for (const [key, [n, met]] of entries(state.tallies).slice(0, 200)) tell(key, n + met);
  },
});

/** That it was read in another session says half as much; that something of it was taken over does not depend on where. */
const strengthOf = ({ kind, root }: Pair): number => STRENGTH[kind] * (root !== '' && !isTaken(kind) ? HALF : 1);

const flowOf = joiner(' > ');
const star = joiner(' ');
const starred = (key: string): string => star(key, '*');

function noteSecret(state: State, session: Session, seen: Seen): void {
  const root = rootOf(seen.event.body);
  if (session.secret === '') session.secret = seen.event.key;
  if (root !== '') noteTool(state.roots, root, SECRET, seen);
}

function met(state: State, key: string): void {
  touch<FreshTally>(state.tallies, key, PAIRS, () => [0, 0])[1] += 1;
}

/** What came before under the root; what this session read too it tells itself, but for what others brought of it. */
function pairsUnder(state: State, session: Session, seen: Seen, root: string, sink: string): Pair[] {
  const taken = takenFrom(seen, true);
  return toolsUnder(state.roots, root, seen).map(({ tool: source, eventKey, own }) => {
    const took = taken.get(source);
    const kind = source === SECRET ? SECRET : (took?.kind ?? 'read');
    const isRead = source === SECRET ? session.secret !== '' : peek(session.read, source) !== undefined;
    const found = pair(state, seen.peers, star(source, '^'), sink, took?.eventKey ?? eventKey, kind);
    return { ...found, source, root: rootName(seen.event.body), own: took === undefined && (own || isRead) };
  });
}

function pair(state: State, peers: PeerView, source: string, sink: string, eventKey: string, kind: Pair['kind']): Pair {
  const key = flowOf(source, sink);
  const tallied = isTaken(kind) ? starred(key) : key;
  const all = peek(state.tallies, sink)?.[0] ?? 0;
  const prior = rateOfNew([peers.sum('toxic-flow', sink), peers.sum('toxic-flow', tallied)], PRIOR[kind], 2);
  const rate = rateOfNew([all, peek(state.tallies, tallied)?.[1] ?? 0], prior, 2);
  return { key, source, root: '', own: false, eventKey, kind, n: all, rate: Math.min(1, Math.max(rate, 1e-9)) };
}
