import type { Status } from '../../../schemas/api.ts';
import type { Config } from '../../../schemas/config.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import type { LaneStatus } from '../../alerts/ports.ts';
import type { Watch } from '../../alerts/watch/watch.ts';
import { packageVersion } from '../../config.ts';
import type { Armed } from '../../engine/judge.ts';
import { checkpointsOf } from '../../pipeline/held.ts';
import type { Pipeline } from '../../pipeline/run.ts';
import type { Store } from '../../stores/store.ts';
import type { OpenIngest } from './ingest.ts';
import { inMemory, outdated } from './learning.ts';
import type { CountingObserver } from './observer.ts';
import type { SeenSources } from './seen-sources.ts';

interface StatusParts {
  pipeline: Pipeline;
  notifier: Notifier;
  store: Store;
  observer: CountingObserver;
  ingest: OpenIngest;
  seen: SeenSources;
  config: Config;
  learning(agentId: string): { share: number } | undefined;
  armed: readonly Armed[];
  startedAt: number;
  watch: Pick<Watch, 'troubles'>;
  notReady(): string | null;
  now(): number;
}

/** From the parts' own counts: at once, however many there are; a row written twice counts twice until it is merged. */
const STORED = 'SELECT count() AS n FROM events';
const ALERTS = `SELECT severity, count() AS n FROM v_alerts WHERE occurred_at > now() - INTERVAL 1 DAY GROUP BY severity`;

/** How it stands, in one answer: for `overreach status`, the page, and who is on call. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { pipeline, notifier, store, observer, config, startedAt, now } = parts;
  const held = [...pipeline.held.values()];
  const store_ = await storeState(store);
  const agents = held.flatMap(({ partition }) => [...partition.agents.keys()]);
  const absent = held.reduce((sum, one) => sum + one.absent.size, 0);
  const checkpoints = checkpointsOf(pipeline.held);
  const unsaved = checkpoints.filter(({ behind }) => behind).map(({ savedAt }) => savedAt);
  const why = parts.notReady();
  return {
    version: packageVersion(),
    started_at: new Date(startedAt).toISOString(),
    ready: why === null && store_.ok,
    ...(why === null ? {} : { not_ready: why }),
    store: {
      kind: config.store.kind,
      ok: store_.ok,
      ...(store_.detail === undefined ? {} : { detail: store_.detail }),
    },
    sources: sourcesOf(parts),
    gateways: parts.seen.list(),
    events: {
      stored: store_.stored,
      accepted: observer.counts.accepted,
      duplicates: observer.counts.duplicate,
      dropped: observer.counts.dropped,
      rejected: observer.counts.rejected,
    },
    rejects: Object.fromEntries(observer.rejects),
    agents: {
      known: agents.length + absent,
      learning: agents.filter((agentId) => (parts.learning(agentId)?.share ?? 1) < 1).length,
      in_memory: agents.length,
    },
    alerts: store_.alerts,
    deliveries: notifier.status().map(deliveriesOf),
    buffered_rows: pipeline.buffered,
    ...(checkpoints.length > 0
      ? { checkpoint_age_seconds: Math.max(0, now() - Math.min(now(), ...unsaved)) / 1000 }
      : {}),
    warnings: [...observer.warnings, ...outdated(parts.armed, inMemory(pipeline)), ...parts.watch.troubles],
  };
}

/** Partitions of the fold by what is held of them; those that are re-keyed into it by how far they are read. */
export function sourcesOf({
  pipeline,
  ingest,
  observer,
}: Pick<StatusParts, 'pipeline' | 'ingest' | 'observer'>): Status['sources'] {
  const sources = new Map<string, Status['sources'][number]>();
  const add = (name: string, nextOffset: number): void => {
    const known = sources.get(name) ?? { name, partitions: 0, next_offset: 0 };
    const lastSeen = observer.lastSeen.get(name);
    sources.set(name, {
      ...known,
      partitions: known.partitions + 1,
      next_offset: Math.max(known.next_offset, nextOffset),
      ...(lastSeen === undefined ? {} : { last_seen: new Date(lastSeen).toISOString() }),
    });
  };
  for (const { source, partition } of pipeline.held.values()) add(source, partition.nextOffset);
  const folded = new Set(sources.keys());
  for (const { source, lag, nextOffset } of ingest.lag()) {
    if (!folded.has(source)) add(source, nextOffset ?? 0);
    const known = sources.get(source)!;
    if (lag !== null) known.lag = (known.lag ?? 0) + Math.max(0, lag);
  }
  return [...sources.values()];
}

function deliveriesOf({
  channel,
  waiting,
  failures,
  failingSince,
  disabled,
}: LaneStatus): Status['deliveries'][number] {
  if (disabled !== '') return { channel, waiting, failing: true, detail: `disabled: ${disabled}` };
  if (failures === 0) return { channel, waiting, failing: false };
  const detail = `${failures} ${failures === 1 ? 'try' : 'tries'} failed since ${new Date(failingSince).toISOString()}`;
  return { channel, waiting, failing: true, detail };
}

async function storeState(
  store: Store,
): Promise<{ ok: boolean; detail?: string; alerts: Record<string, number>; stored: number }> {
  const ask = async (sql: string) => (await store.query(sql, { maxRows: 10, maxSeconds: 5, maxBytes: 65_536 })).rows;
  try {
    const [totals] = await ask(STORED);
    const alerts = Object.fromEntries((await ask(ALERTS)).map((row) => [String(row.severity), Number(row.n)]));
    return { ok: true, alerts, stored: Number(totals?.n ?? 0) };
  } catch (error) {
    return { ok: false, detail: (error as Error).message.slice(0, 200), alerts: {}, stored: 0 };
  }
}
