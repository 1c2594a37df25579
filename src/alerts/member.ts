import type { Alert } from '../../schemas/alert.ts';

/** An alert that may be one of a storm. `at`: of its newest revision, epoch milliseconds. */
export interface Member {
  alert: Alert;
  at: number;
}

export const memberOf = (alert: Alert): Member => ({ alert, at: Date.parse(alert.occurred_at) });
export const inOrder = (a: Member, b: Member): number => a.at - b.at || (a.alert.alert_id < b.alert.alert_id ? -1 : 1);

/**
 * What an alert was to a storm of its cause, of which `first` is the first: one of it, told before it began, or left to be
 * counted anew. `by` is the storm that spoke for the alert, if any. When an alert opened is known until it goes on.
 */
export function partIn(
  storm: { id: string; windowMs: number },
  first: Member | undefined,
  { alert, at }: Member,
  by: string | undefined,
): 'part' | 'before' | 'open' {
  if (by !== undefined) return by === storm.id ? 'part' : 'before';
  if (first === undefined || first.alert.stage !== 'open') return 'part';
  if (at < first.at) return 'before';
  return alert.stage !== 'open' || at - first.at <= storm.windowMs ? 'part' : 'open';
}
