import type { Event } from '../../schemas/event.ts';
import type { Inputs } from './inputs.ts';

/** What a verdict means to the fold, as of when it was given. */
export interface SafeVerdict {
  verdict: 'safe' | 'compromised';
  alertId: string;
  detector: string;
  agentId: string;
  server?: string;
  target?: string;
  session?: string;
  /** Epoch milliseconds from which on it no longer holds; absent: for good. */
  expiresAt?: number;
}

/** `safe` covers the same detector, agent, server and tool until it expires; `compromised` a whole session. */
export function compileVerdicts(verdicts: readonly SafeVerdict[]): Pick<Inputs, 'cleared' | 'compromised'> {
  const safe = new Map<string, SafeVerdict>();
  const bad = new Set<string>();
  for (const verdict of verdicts) {
    if (verdict.verdict === 'safe')
      safe.set(shapeKey(verdict.detector, verdict.agentId, verdict.server, verdict.target), verdict);
    else if (verdict.session !== undefined) bad.add(`${verdict.agentId}\n${verdict.session}`);
  }
  return {
    cleared(detector: string, event: Event, at: number) {
      if (safe.size === 0) return undefined;
      const { agent, server, target } = event.body;
      const verdict = safe.get(shapeKey(detector, agent.id, server.id, target.name));
      return verdict !== undefined && at < (verdict.expiresAt ?? Number.POSITIVE_INFINITY)
        ? verdict.alertId
        : undefined;
    },
    compromised: (agentId, session) => bad.size > 0 && bad.has(`${agentId}\n${session}`),
  };
}

const shapeKey = (detector: string, agent: string, server = '', target = ''): string =>
  [detector, agent, server, target].join('\n');
