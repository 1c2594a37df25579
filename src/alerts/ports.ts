import type { DeliveryRow, Store, StoredDelivery } from '../stores/store.ts';

/** Runs once after so many milliseconds; what comes back cancels it. */
export type Schedule = (ms: number, run: () => void) => () => void;

export interface NotifierLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface NotifierMetrics {
  /** One try ended so, after so many milliseconds. */
  tried(channel: string, outcome: 'delivered' | 'failed' | 'given_up', ms: number): void;
  /** Deliveries of this channel that wait in memory. */
  waiting(channel: string, count: number): void;
}

export interface LaneStatus {
  channel: string;
  waiting: number;
  failures: number;
  failingSince: number;
  /** When it last took something, in this life; 0 where it has not yet. */
  deliveredAt: number;
  disabled: string;
}

/** What the notifier needs of the store, and no more. */
export interface DeliveryLog {
  writeAlerts: Store['writeAlerts'];
  writeDeliveries: Store['writeDeliveries'];
  verdicts: Store['verdicts'];
  /** Newest row of each delivery of these alerts. */
  deliveries(alertIds: readonly string[]): Promise<DeliveryRow[]>;
  /** Neither delivered nor given up, of one channel, oldest first, at most `limit`. */
  undelivered(filter: { channel: string; limit: number }): Promise<StoredDelivery[]>;
}
