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

/** What the channels are told when somebody has spoken: that one is on it, or that it is over. Hand it to `notify`. */
export function afterVerdict(alert: Alert, { verdict, author, reason, at }: Verdict): Alert {
  const why = reason === '' ? '' : `: ${reason}`;
  if (verdict === 'acknowledged')
    return { ...alert, stage: 'update', status: 'acknowledged', occurred_at: at, summary: `${author} is on it${why}` };
  const summary = `${author} says ${verdict}${why}`;
  return { ...alert, stage: 'close', status: 'resolved', occurred_at: at, summary };
}
