import type { Reject } from '../../../schemas/event.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Observer } from '../../pipeline/observer.ts';
import type { PersistObserver } from '../../pipeline/persist.ts';
import type { Gap } from '../../stores/store.ts';

/** What the loop tells, as metrics and log lines, and kept for `overreach status`. */
export interface CountingObserver extends Observer {
  readonly counts: { accepted: number; duplicate: number; dropped: number; rejected: number };
  readonly rejects: ReadonlyMap<Reject['reason'], number>;
  readonly lastSeen: ReadonlyMap<string, number>;
  readonly warnings: readonly string[];
  warn(about: string, text: string): void;
  unwarn(about: string): void;
  /** Since when something waits that the store would not take, epoch milliseconds; null where nothing does. */
  readonly storeRefusesSince: number | null;
  /** Of what Kafka is to take: brokers that are away are no store that refuses. */
  readonly brokers: PersistObserver;
  /** Why a consumer group reads nothing; null once it does. */
  unread(group: string, why: string | null): void;
  /** Which topics of a group are not there, while the others are read; null once all are. */
  missing(group: string, which: string | null): void;
  /** Why Kafka is not read, or takes nothing, now; null where it is well. */
  readonly kafkaTrouble: string | null;
  /** The same, and else which topics are missing. */
  readonly kafkaUnwell: string | null;
  onGap(listener: (gap: Gap) => void): void;
}

export function createObserver(metrics: Metrics, log: Log, now: () => number): CountingObserver {
  const counts = { accepted: 0, duplicate: 0, dropped: 0, rejected: 0 };
  const rejects = new Map<Reject['reason'], number>();
  const lastSeen = new Map<string, number>();
  const warnings = new Map<string, string>();
  const untaken = new Map<string, string>();
  const kafka = new Map<string, string>();
  const gone = new Map<string, string>();
  const keep = (texts: Map<string, string>, of: string, text: string | null): void =>
    void (text === null ? texts.delete(of) : texts.set(of, text.slice(0, 250)));
  const first = (texts: Map<string, string>): string | null => [...texts.values()][0] ?? null;
  let refusesSince: number | null = null;
  let gapListener = (_gap: Gap): void => {};
  return {
    counts,
    rejects,
    lastSeen,
    get warnings() {
      return [...new Set([...untaken.values(), ...kafka.values(), ...gone.values(), ...warnings.values()])];
    },
    warn: (about, text) => warnings.set(about, text),
    unwarn: (about) => warnings.delete(about),
    get storeRefusesSince() {
      return refusesSince;
    },
    brokers: {
      retrying(what, error) {
        keep(kafka, 'written', `Kafka is not written: ${(error as Error).message}`);
        metrics.retry(what);
      },
      taken: () => keep(kafka, 'written', null),
    },
    unread: (group, why) => keep(kafka, group, why && `Kafka is not read: ${why}`),
    missing: (group, which) => keep(gone, group, which && `Kafka is not read whole: ${which}`),
    get kafkaTrouble() {
      return first(kafka);
    },
    get kafkaUnwell() {
      return first(kafka) ?? first(gone);
    },
    onGap(listener) {
      gapListener = listener;
    },
    decoded(batch, ms) {
      lastSeen.set(batch.source, now());
      metrics.decodeTime(ms);
    },
    folded(outcome, source, count) {
      if (count === 0) return;
      counts[outcome] += count;
      metrics.events(outcome, source, count);
    },
    foldTime: metrics.foldTime,
    explained: metrics.explained,
    failed(what, eventId) {
      const [detector = ''] = what.split(':', 1);
      metrics.failed(detector);
      const about = `detector ${detector}`;
      if (!warnings.has(about)) log.error({ detector, what, event_id: eventId }, 'a detector ended with an error');
      warnings.set(about, `${detector} ended with an error and said nothing of some events: please report it`);
    },
    alerted: (alert) => metrics.alert(alert.detector, alert.severity),
    rejected(reject) {
      counts.rejected += 1;
      rejects.set(reject.reason, (rejects.get(reject.reason) ?? 0) + 1);
      metrics.reject(reject.reason);
      metrics.events('rejected', reject.position.source, 1);
    },
    inserted(rows, ms, oldest) {
      if (oldest !== undefined) metrics.latency(now() - oldest);
      metrics.insertTime(ms, rows);
    },
    checkpointed(held, bytes) {
      metrics.checkpoint(held.partition.id, bytes);
      log.debug({ partition: held.partition.id, next_offset: held.partition.nextOffset }, 'checkpoint saved');
    },
    assigned: (held, replayed) =>
      log.info(
        { partition: held.partition.id, next_offset: held.partition.nextOffset, replayed },
        'partition taken over',
      ),
    gap(gap) {
      warnings.set(
        `gap ${gap.source}/${gap.partition}`,
        gap.kind === 'lost'
          ? `${gap.source}/${gap.partition}: offsets ${gap.fromOffset} to ${gap.toOffset} were lost`
          : `${gap.source}/${gap.partition}: ${gap.detail}`,
      );
      metrics.gap(gap.kind);
      gapListener(gap);
      log.error({ ...gap }, 'a gap in the log');
    },
    retrying(what, error) {
      // Once for all that waits, however often it is tried: readiness and status say that it goes on.
      if (refusesSince === null)
        log.warn({ err: error, what }, 'the store takes no rows: what comes waits, and is tried until it does');
      refusesSince ??= now();
      untaken.set(what, `${what} cannot be written, trying again: ${(error as Error).message.slice(0, 200)}`);
      metrics.retry(what);
    },
    taken(what) {
      untaken.delete(what);
      if (untaken.size > 0 || refusesSince === null) return;
      log.info({ seconds: Math.round((now() - refusesSince) / 1000) }, 'the store takes rows again');
      refusesSince = null;
    },
    refused: (error) => log.error({ err: error }, 'the store refused a row: it is kept among the rejects'),
  };
}
