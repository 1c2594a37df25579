import type { Alert } from '../../../schemas/alert.ts';
import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import type { Overstepping } from './overstepping.ts';
import { overstepsIn } from './words.ts';

/** Records of one source within the window: how many came, how many were refused, and why most of them. */
interface Refusals {
  source: string;
  total: number;
  rejected: number;
  reason: string;
}

interface Minute {
  total: number;
  reasons: Map<string, number>;
}

/** A token that kept to its bounds for so long is done. */
const QUIET_MS = 60 * MINUTE;
const NAMED = 20;

/** What was refused of late, by source, and by token where it was for the agent. Live records only. */
export function createRefusals(config: OperationalConfig) {
  const sources = new Map<string, Map<number, Minute>>();
  const tokens = new Map<string, Overstepping>();

  return {
    count(source: string, total: number, reasons: readonly string[], now: number): void {
      const minutes = sources.get(source) ?? new Map<number, Minute>();
      sources.set(source, minutes);
      const at = Math.floor(now / MINUTE);
      const minute = minutes.get(at) ?? { total: 0, reasons: new Map<string, number>() };
      minutes.set(at, minute);
      minute.total += total;
      for (const reason of reasons) minute.reasons.set(reason, (minute.reasons.get(reason) ?? 0) + 1);
      for (const old of minutes.keys()) if (old <= at - config.reject_minutes) minutes.delete(old);
    },
    overstep(token: string, agent: string, receivedAt: number, now: number): void {
      const known = tokens.get(token);
      const one =
        known !== undefined && now - known.lastAt < QUIET_MS
          ? known
          : { token, since: receivedAt, lastAt: now, count: 0, agents: new Map<string, number>() };
      one.lastAt = now;
      one.count += 1;
      if (agent !== '' && (one.agents.size < NAMED || one.agents.has(agent)))
        one.agents.set(agent, (one.agents.get(agent) ?? 0) + 1);
      tokens.set(token, one);
    },
    /** What is still open of the last run: nobody knows yet whether it is over. */
    restore(alerts: readonly Alert[], now: number): void {
      for (const alert of alerts) {
        const { reason, stage, status, target: token = '' } = alert;
        if (reason !== 'forbidden_agent' || stage === 'close' || status === 'resolved' || tokens.has(token)) continue;
        tokens.set(token, { token, lastAt: now, ...overstepsIn(alert) });
      }
    },
    storms(now: number): Refusals[] {
      return [...sources].flatMap(([source, minutes]) => {
        let total = 0;
        let rejected = 0;
        const reasons = new Map<string, number>();
        for (const [at, minute] of minutes) {
          if (at <= Math.floor(now / MINUTE) - config.reject_minutes) continue;
          total += minute.total;
          for (const [reason, n] of minute.reasons) {
            rejected += n;
            reasons.set(reason, (reasons.get(reason) ?? 0) + n);
          }
        }
        if (rejected < config.reject_count || rejected < config.reject_share * total) return [];
        const [reason = ''] = [...reasons].sort((a, b) => b[1] - a[1])[0] ?? [];
        return [{ source, total, rejected, reason }];
      });
    },
    overstepping: (token: string): Overstepping | undefined => tokens.get(token),
    oversteppings: (now: number): Overstepping[] =>
      [...tokens.values()].filter(({ lastAt }) => now - lastAt < QUIET_MS),
  };
}

/** The agent that a refused record of the native format names, or ''. */
export function agentIn(raw: string): string {
  try {
    const id = (JSON.parse(raw) as { agent?: { id?: unknown } } | null)?.agent?.id;
    return typeof id === 'string' ? id.slice(0, 200) : '';
  } catch {
    return '';
  }
}
