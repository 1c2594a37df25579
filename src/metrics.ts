import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Severity } from '../schemas/alert.ts';
import type { RejectReason } from '../schemas/event.ts';

type FoldOutcome = 'accepted' | 'duplicate' | 'rejected' | 'dropped';
type DeliveryResult = 'delivered' | 'failed' | 'given_up';

/** Everything that is measured, as plain functions: who calls them knows no Prometheus. Times in milliseconds. */
export interface Metrics {
  /** Events by what became of them: nothing that comes in is uncounted. */
  events(outcome: FoldOutcome, source: string, count: number): void;
  reject(reason: RejectReason): void;
  alert(detector: string, severity: Severity): void;
  /** Rows folded and not yet stored. */
  queue(rows: number): void;
  /** Records an ingest has taken and not yet answered. */
  pending(records: number): void;
  decodeTime(ms: number): void;
  foldTime(ms: number): void;
  /** Findings that an announced change or a verdict kept from being told. */
  explained(count: number): void;
  failed(detector: string): void;
  insertTime(ms: number, rows: number): void;
  agentsInMemory(count: number): void;
  /** One try to deliver ended so. */
  tried(channel: string, result: DeliveryResult, ms: number): void;
  waiting(channel: string, count: number): void;
  /** How every channel stands: while an endpoint fails nothing else moves. */
  channels(all: readonly { channel: string; waiting: number; failures: number; disabled: string }[]): void;
  /** How much the newest checkpoint of a partition wrote. */
  checkpoint(partition: string, bytes: number): void;
  /** Of every partition of this process; of any other its new owner tells. Ages are told at each scrape. */
  checkpoints(all: readonly { partition: string; savedAt: number; behind: boolean }[]): void;
  /** Of every partition that is read here; null: not known yet. */
  lag(all: readonly { source: string; partition: number; lag: number | null }[]): void;
  /** From receipt to row, of the event that waited longest in one write. */
  latency(ms: number): void;
  retry(what: string): void;
  gap(kind: string): void;
  request(route: string, method: string, status: number, ms: number): void;
  /** The exposition format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

interface MetricsOptions {
  now(): number;
  /** The process's own: memory, event loop, garbage collection. */
  process?: boolean;
  version?: string;
}

const FAST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const SLOW = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** A registry of its own for each call: nothing is shared between two of them. */
export function createMetrics({ now, process = false, version }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (process) collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Counter({ name: `overreach_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `overreach_${name}`, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name: `overreach_${name}`, help, buckets, labelNames, registers });

  const events = counter('events_total', 'Events by what became of them.', 'outcome', 'source');
  const rejects = counter('rejects_total', 'Rejected records by reason.', 'reason');
  const alerts = counter('alerts_total', 'Alerts raised, each revision counted.', 'detector', 'severity');
  const queue = gauge('queue_rows', 'Rows folded and not yet stored.');
  const pending = gauge('http_pending_records', 'Records taken over HTTP and not yet durable.');
  const explained = counter('findings_explained_total', 'Findings that an announced change or a verdict explained.');
  const failed = counter('detector_failures_total', 'Events on which a detector ended with an error.', 'detector');
  const decode = histogram('decode_seconds', 'Time to decode one batch.', FAST);
  const fold = histogram('fold_seconds', 'Time to fold one slice of a batch.', FAST);
  const insert = histogram('insert_seconds', 'Time of one insert into the store.', SLOW);
  const inserted = counter('inserted_rows_total', 'Rows inserted into the store.');
  const agents = gauge('agents_in_memory', 'Agents whose state is in memory.');
  const stateBytes = gauge(
    'state_bytes',
    'Bytes of state that the newest checkpoint of a partition wrote.',
    'partition',
  );
  const tried = counter('deliveries_total', 'Tries to deliver, by channel and result.', 'channel', 'result');
  const tryTime = histogram('delivery_seconds', 'Time of one try to deliver.', SLOW, 'channel');
  const waiting = gauge('deliveries_waiting', 'Deliveries that wait, by channel.', 'channel');
  const failing = gauge('channel_failing', '1 while a channel fails or is switched off, by channel.', 'channel');
  const lag = gauge('consumer_lag_records', 'Records of the log not yet folded.', 'source', 'partition');
  const latency = histogram(
    'latency_seconds',
    'From receipt to row, of the event that waited longest in one write.',
    SLOW,
  );
  const retries = counter('retries_total', 'Operations tried again, by what they were.', 'what');
  const gaps = counter('gaps_total', 'Gaps recorded: records lost, gateways silent.', 'kind');
  const requests = histogram('http_request_seconds', 'HTTP requests.', SLOW, 'route', 'method', 'status');

  if (version !== undefined) gauge('build_info', 'Always 1: which version runs.', 'version').set({ version }, 1);

  let checkpoints: Parameters<Metrics['checkpoints']>[0] = [];
  new Gauge({
    name: 'overreach_checkpoint_age_seconds',
    help: 'Age of the newest checkpoint of a partition; 0 where nothing was folded after it.',
    labelNames: ['partition'],
    registers,
    collect() {
      this.reset();
      for (const { partition, savedAt, behind } of checkpoints)
        this.set({ partition }, behind ? Math.max(0, now() - savedAt) / 1000 : 0);
    },
  });

  return {
    events: (outcome, source, count) => count > 0 && events.inc({ outcome, source }, count),
    reject: (reason) => rejects.inc({ reason }),
    alert: (detector, severity) => alerts.inc({ detector, severity }),
    queue: (rows) => queue.set(rows),
    pending: (records) => pending.set(records),
    decodeTime: (ms) => decode.observe(ms / 1000),
    explained: (count) => explained.inc(count),
    failed: (detector) => failed.inc({ detector }),
    foldTime: (ms) => fold.observe(ms / 1000),
    insertTime(ms, rows) {
      insert.observe(ms / 1000);
      inserted.inc(rows);
    },
    agentsInMemory: (count) => agents.set(count),
    tried(channel, result, ms) {
      tried.inc({ channel, result });
      tryTime.observe({ channel }, ms / 1000);
    },
    waiting: (channel, count) => waiting.set({ channel }, count),
    channels(all) {
      for (const { channel, waiting: count, failures, disabled } of all) {
        waiting.set({ channel }, count);
        failing.set({ channel }, failures > 0 || disabled !== '' ? 1 : 0);
      }
    },
    checkpoint: (partition, bytes) => stateBytes.set({ partition }, bytes),
    checkpoints(all) {
      for (const { partition } of checkpoints)
        if (!all.some((one) => one.partition === partition)) stateBytes.remove({ partition });
      checkpoints = all;
    },
    lag(all) {
      lag.reset();
      for (const { source, partition, lag: records } of all)
        if (records !== null) lag.set({ source, partition }, records);
    },
    latency: (ms) => latency.observe(Math.max(0, ms) / 1000),
    retry: (what) => retries.inc({ what }),
    gap: (kind) => gaps.inc({ kind }),
    request: (route, method, status, ms) => requests.observe({ route, method, status }, ms / 1000),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
