import type { Alert } from '../../schemas/alert.ts';

/** What came of one try. `retry` says whether another can help; `after` is the wait the receiver asked for. */
export type SendResult =
  | { ok: true; status: number; detail: string }
  | { ok: false; status: number; detail: string; retry: boolean; afterMs?: number; disable?: boolean };

/** One revision of an alert on its way over one channel. */
export interface Delivery {
  id: string;
  alert: Alert;
  /** Seconds of this attempt come from here, so that tests hold the clock. */
  at: number;
}

/** A channel only sends, and says whether a failure is worth retrying; order, retry and the log are the notifier's. */
export interface Channel {
  readonly name: string;
  send(delivery: Delivery, signal: AbortSignal): Promise<SendResult>;
  close?(): Promise<void>;
}
