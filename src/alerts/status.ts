import type { Alert, Verdict } from '../../schemas/alert.ts';

/**
 * The status of an alert comes from what people said of it alone, the latest word first: a verdict of what it was
 * resolves it, `acknowledged` says that somebody is on it, and an expired verdict no longer counts.
 */
export function statusOf(verdicts: readonly Verdict[], at: number): Alert['status'] {
  const holding = verdicts.filter(({ expires_at }) => expires_at === undefined || Date.parse(expires_at) > at);
  const latest = holding.reduce<Verdict | null>(
    (last, next) => (last === null || Date.parse(next.at) >= Date.parse(last.at) ? next : last),
    null,
  );
  if (latest === null) return 'new';
  return latest.verdict === 'acknowledged' ? 'acknowledged' : 'resolved';
}

/** It is over, for the detector or for a person: incidents opened for it can be closed. */
export const isOver = (alert: Alert): boolean => alert.stage === 'close' || alert.status === 'resolved';

/** What to tell the channels when a verdict resolves an alert, or null where it does not. Hand it to `notify`. */
export function resolvedBy(alert: Alert, verdict: Verdict): Alert | null {
  if (verdict.verdict === 'acknowledged') return null;
  const said = verdict.reason === '' ? '' : `: ${verdict.reason}`;
  return {
    ...alert,
    stage: 'close',
    status: 'resolved',
    occurred_at: verdict.at,
    summary: `${verdict.author} says ${verdict.verdict}${said}`,
  };
}
