import type { Alert } from '../../schemas/alert.ts';

/** What came of one try. `retry` says whether another can help; `afterMs` is the wait the receiver asked for. */
export type SendResult =
  | { ok: true; status: number; detail: string }
  | { ok: false; status: number; detail: string; retry: boolean; afterMs?: number; disable?: boolean };

/** What is known around an alert beyond itself; each part is left out where nobody knows it. */
export interface AlertContext {
  /** The session's calls up to what is told, oldest first; `told` are those that the alert cites. */
  calls?: { at: string; server: string; target: string; class: string; outcome: string; told?: boolean }[];
  /** Other alerts that cite one of its events: one act is often told for several reasons. */
  beside?: { detector: string; severity: string; alert_id: string }[];
  /** What to do first, by the detector's own words. */
  firstStep?: string;
  /** Where a person sees it whole. */
  link?: string;
}

/** One revision of an alert on its way over one channel. */
export interface Delivery {
  id: string;
  alert: Alert;
  /** Time of this attempt in epoch milliseconds: handed in, so that tests hold the clock. */
  at: number;
  context?: AlertContext;
}

/** A channel only sends, and says whether a failure is worth retrying; order, retry and the log are the notifier's. */
export interface Channel {
  readonly name: string;
  /** Its messages tell what is known around an alert, which is asked of the record for each; a machine asks for itself. */
  readonly wantsContext?: true;
  send(delivery: Delivery, signal: AbortSignal): Promise<SendResult>;
  close?(): Promise<void>;
}
