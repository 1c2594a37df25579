import type { Detector, Score, Seen } from '../../detectors/detector.ts';
import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import type { Found, Inputs } from './inputs.ts';
import { subjectOf } from './judge.ts';
import { MORE, SESSION_DETECTOR } from './session-alert.ts';

/** What a verdict means to the fold, as of when it was given. */
export interface FoldVerdict {
  verdict: 'safe' | 'compromised';
  alertId: string;
  detector: string;
  agentId: string;
  server?: string;
  target?: string;
  /** Shape of the arguments of the call that was judged (see `argumentShape`); absent where nobody knows it: any. */
  shape?: string;
  /** Class of that call: what is stronger is not covered. */
  class?: PrivilegeClass;
  /** What the finding was about (see `subjectOf`); absent where nobody knows it, as in alerts of old records: anything. */
  subject?: string;
  /** Of a session: how unusual it was, -log10 of a tail probability. What is news above that is not covered. */
  score?: number;
  session?: string;
  /** Epoch milliseconds from which on it no longer holds; absent: for good. */
  expiresAt?: number;
}

/**
 * `safe` covers the same finding about the same thing: detector and subject, agent, server, tool and shape of arguments, up
 * to the class that was judged and of a session up to its score, until it expires; `compromised` covers a whole session.
 */
export function compileVerdicts(verdicts: readonly FoldVerdict[]): Pick<Inputs, 'cleared' | 'compromised'> {
  const safe = new Map<string, FoldVerdict[]>();
  const bad = new Set<string>();
  for (const verdict of verdicts) {
    const key = callKey(verdict.detector, verdict.agentId, verdict.server, verdict.target);
    if (verdict.verdict === 'safe') safe.set(key, [...(safe.get(key) ?? []), verdict]);
    else if (verdict.session !== undefined) bad.add(`${verdict.agentId}\n${verdict.session}`);
  }
  return {
    cleared({ detector, subject, score }, { event, at, class: privilege }) {
      if (safe.size === 0) return undefined;
      const { agent, server, target, args } = event.body;
      const verdict = safe
        .get(callKey(detector, agent.id, server.id, target.name))
        ?.find(
          (one) =>
            at < (one.expiresAt ?? Number.POSITIVE_INFINITY) &&
            (one.class === undefined || classRank(privilege) <= classRank(one.class)) &&
            (one.subject === undefined || one.subject === subject) &&
            (one.score === undefined || score < one.score + MORE) &&
            (one.shape === undefined || one.shape === argumentShape(args)),
        );
      return verdict?.alertId;
    },
    compromised: (agentId, session) => bad.size > 0 && bad.has(`${agentId}\n${session}`),
  };
}

export const foundBy = ({ id }: Detector, score: Score): Found => ({
  detector: id,
  subject: subjectOf(score),
  score: score.score,
});

export const foundIn = ({ score }: SessionState): Found => ({ detector: SESSION_DETECTOR, score });

const callKey = (detector: string, agent: string, server = '', target = ''): string =>
  [detector, agent, server, target].join('\n');

const MAX_PARTS = 64;
const MAX_DEPTH = 4;

/** Which arguments a call has and of what kind each is, whatever their values: `path:string to[]:string`, sorted. */
export function argumentShape(args: Record<string, unknown> | undefined): string {
  const parts = new Set<string>();
  walk(args ?? {}, '', MAX_DEPTH, parts);
  return [...parts].sort().join(' ');
}

function walk(value: unknown, path: string, depth: number, parts: Set<string>): void {
  if (parts.size >= MAX_PARTS) return;
  if (Array.isArray(value) && depth > 0) {
    if (value.length === 0) parts.add(`${path}[]`);
    for (const item of value) walk(item, `${path}[]`, depth - 1, parts);
  } else if (typeof value === 'object' && value !== null && depth > 0) {
    for (const [key, item] of Object.entries(value))
      walk(item, path === '' ? JSON.stringify(key) : `${path}.${JSON.stringify(key)}`, depth - 1, parts);
  } else parts.add(`${path}:${value === null ? 'null' : typeof value}`);
}

const MAX_HIDDEN = 64;

/** Where a verdict covers a finding it is not told, and counted with the agent: as surely as all of its state. */
export function isHidden(agent: AgentState, found: Found, seen: Seen, inputs: Inputs): boolean {
  const alertId = inputs.cleared(found, seen);
  if (alertId !== undefined) count(agent, alertId);
  return alertId !== undefined;
}

function count(agent: AgentState, alertId: string): void {
  const counts = agent.hidden ?? {};
  const before = Object.hasOwn(counts, alertId) ? counts[alertId]! : 0;
  if (before === 0) for (const oldest of Object.keys(counts).slice(0, -MAX_HIDDEN + 1)) delete counts[oldest];
  counts[alertId] = before + 1;
  agent.hidden = counts;
}
