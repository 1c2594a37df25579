import { z } from 'zod';
import { classRank } from '../schemas/alert.ts';
import { goesOn, type NoveltyObservation } from './argument-novelty.ts';
import { isStrange } from './arguments/novelty.ts';
import { defineDetector, type PeerView, type Seen } from './detector.ts';
import { joiner } from './stats/joiner.ts';
import { listed } from './stats/listed.ts';
import { perPair } from './stats/per-pair.ts';
import { rateOfNew, type Tally } from './stats/rate-of-new.ts';
import { emptyRecent, entries, peek, type Recent, touch } from './stats/recent.ts';
import { toolOf } from './stats/tool-of.ts';

/**
 * What was read and what was done then, within a session: untrusted content, or a secret, before a call that changes
 * something or leaves. It says most where the call takes something out of that content which nobody named before.
 * Weighted by how often calls of this agent and its peers do the same. State: 30 KB.
 */
interface State {
  since: number;
  until: number;
  /**
   * By sink: how often it was called. By `source > sink`: how often with that source before it; with `*` behind, how
   * often it took something strange out of it.
   */
  tallies: Recent<Tally>;
}

interface Session {
  /** Tools that brought content, with the event and how many calls ago. */
  read: Recent<string>;
  secret: string;
}

interface Pair {
  key: string;
  source: string;
  eventKey: string;
  /** How often calls of that sink come so. */
  rate: number;
  n: number;
  /** Something strange came out of the source into this call; or a secret was reached before it. */
  kind: 'took' | 'secret' | 'read';
}

interface Observation {
  at: number;
  sink: string;
  used: boolean;
  pairs: Pair[];
  privileged: boolean;
  related: boolean;
}

const PAIRS = 384;
const SOURCES = 24;
/** A call that goes on with what went on says half as much. */
const HALF = 0.5;
/** What stands for how much: that one came after the other says little where nothing is seen to flow. */
const STRENGTH = { took: 1, secret: 0.5, read: 0.25 };
/** How often calls come so, where nothing is known of the tool. */
const PRIOR = { took: 0.1, secret: 0.3, read: 0.3 };
const DAY = 86_400_000;
/** What tools that bring in content of strangers are about, in general words of APIs. */
const OPEN =
  /(?:^|[_\W])(?:web\w*|browse\w*|fetch|crawl|scrape|url|page|site|internet|e?mails?|inbox|messages?|chats?|comments?|issues?|tickets?|reviews?|posts?|feeds?|forum|threads?|documents?|docs?|files?|attachments?|downloads?|pull_?requests?|search)(?=$|[_\W])/i;
const TOOL = 160;
const configSchema = z.object({});

export const toxicFlow = defineDetector<z.output<typeof configSchema>, State, Session, Observation>({
  id: 'toxic-flow',
  version: 2,
  title: 'Untrusted content, then a privileged call',
  description:
    'Within one session something from outside or a secret was read, and then a call was made that writes, sends or opens something and takes over what was read, in a combination this agent seldom shows.',
  falsePositives: ['A new kind of task that rightly acts on what it reads.'],
  blindSpots: ['Agents whose daily work is to act on what strangers write.'],
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
  initial: () => ({ since: 0, until: 0, tallies: emptyRecent() }),
  initialSession: () => ({ read: emptyRecent(), secret: '' }),

  observe(state, seen, session) {
    const { body } = seen.event;
    const tool = toolOf(body.server.id, body.target.name ?? body.method);
    const rank = classRank(seen.class);
    const privileged = rank >= classRank('write');
    const pairs: Pair[] = [];
    if (privileged) {
      const taken = takenFrom(seen);
      for (const [source, eventKey] of listed(session.read))
        pairs.push(pair(state, seen.peers, source, tool, eventKey, taken.has(source) ? 'took' : 'read'));
      if (session.secret !== '') pairs.push(pair(state, seen.peers, 'secret', tool, session.secret, 'secret'));
    }
    if (seen.used && isOpen(seen)) touch(session.read, tool, SOURCES, () => seen.event.key);
    if (session.secret === '' && seen.used && bringsSecret(seen)) session.secret = seen.event.key;
    return { at: seen.at, sink: tool, used: seen.used, pairs, privileged, related: goesOn(seen) };
  },

  score(state, { pairs, sink, related }) {
    if (pairs.length === 0) return null;
    const found = pairs
      .map((one) => ({ one, score: -Math.log10(one.rate) * STRENGTH[one.kind] * (related ? HALF : 1) }))
      .sort((a, b) => b.score - a.score);
    const top = found[0];
    if (top === undefined || top.score < 0.05) return null;
    return {
      score: top.score,
      reason: REASONS[top.one.kind],
      seen: `called ${sink} ${WORDS[top.one.kind](top.one.source)} in the same session`,
      expected: `${Math.round(top.one.rate * 100)} % of its calls of ${sink} come so`,
      n: top.one.n,
      days: (state.until - state.since) / DAY,
      contributors: found.slice(0, 5).map(({ one, score }) => ({ name: `${one.source} > ${sink}`, value: score })),
      eventKeys: [top.one.eventKey],
    };
  },

  learn(state, { at, sink, used, pairs, privileged }) {
    if (state.since === 0) state.since = at;
    state.until = Math.max(state.until, at);
    if (!used || !privileged) return;
    touch<Tally>(state.tallies, sink, PAIRS, () => [0, 0])[0] += 1;
    for (const { key, kind } of pairs) {
      met(state, key);
      if (kind === 'took') met(state, starred(key));
    }
  },

  contribute(state, tell) {
    for (const [key, [n, met]] of entries(state.tallies).slice(0, 200)) tell(key, n + met);
  },
});

const REASONS = { took: 'took_over', secret: 'secret_then_act', read: 'read_then_act' };
const WORDS: Record<Pair['kind'], (source: string) => string> = {
  took: (source) => `with something new that ${source} had brought`,
  secret: () => 'after it reached a secret',
  read: (source) => `after ${source}`,
};

const flowOf = joiner(' > ');
const star = joiner(' ');
const starred = (key: string): string => star(key, '*');

function met(state: State, key: string): void {
  touch<Tally>(state.tallies, key, PAIRS, () => [0, 0])[1] += 1;
}

/** Tools whose results brought what this call takes over and nobody named before. */
function takenFrom({ earlier }: Seen): ReadonlySet<string> {
  const values = (earlier.get('argument-novelty') as NoveltyObservation | undefined)?.values.filter(isStrange) ?? [];
  return values.length === 0 ? NONE : new Set(values.map(({ origin }) => origin!.tool.slice(0, TOOL)));
}
const NONE: ReadonlySet<string> = new Set();

function isOpen({ event: { body }, class: privilege }: Seen): boolean {
  if (classRank(privilege) > classRank('read')) return false;
  return body.annotations?.open_world ?? soundsOpen(body.server.id, body.target.name ?? body.method);
}

const soundsOpen = perPair((server, name) => {
  const tool = toolOf(server, name);
  return OPEN.test(tool.slice(tool.indexOf('/') + 1));
});

const bringsSecret = ({ class: privilege, event: { facts } }: Seen): boolean =>
  privilege === 'secret' || facts.result.some(({ kind }) => kind === 'secret');

function pair(state: State, peers: PeerView, source: string, sink: string, eventKey: string, kind: Pair['kind']): Pair {
  const key = flowOf(source, sink);
  const tallied = kind === 'took' ? starred(key) : key;
  const all = peek(state.tallies, sink)?.[0] ?? 0;
  const prior = rateOfNew([peers.sum('toxic-flow', sink), peers.sum('toxic-flow', tallied)], PRIOR[kind], 2);
  const rate = rateOfNew([all, peek(state.tallies, tallied)?.[1] ?? 0], prior, 2);
  return { key, source, eventKey, kind, n: all, rate: Math.min(1, Math.max(rate, 1e-9)) };
}
