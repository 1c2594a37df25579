import { placeOf } from '../../../schemas/place.ts';
import { checkpointsOf } from '../../pipeline/held.ts';
import { createPeerExchange } from '../../pipeline/peer-exchange.ts';
import { createSayOnce } from '../../say-once.ts';
import { openCreepHistory } from './creep-history.ts';
import { inMemory, outdated } from './learning.ts';
import type { Parts } from './parts.ts';

const TICK_MS = 30_000;
const GAUGES_MS = 2_000;

/** What is done by the clock and not by an event. Returns what stops it. */
export function startBeats(parts: Parts): () => void {
  const { loaded, armed, store, rules, pipeline, notifier, watch, ingest, reconciler, metrics, log, now } = parts;
  const keepCreep = openCreepHistory(loaded.config, store, now);
  const exchangePeers = peerExchangeOf(parts);

  let stopped = false;
  /** What a stop cuts off is no failure: each of these goes on from the record at the next start. */
  const attempt = createSayOnce((failed, error) => {
    if (!stopped) log.error({ err: error }, failed);
  });
  let unsaid = true;
  const tick = setInterval(() => {
    if (unsaid) for (const text of outdated(armed, inMemory(pipeline))) log.warn(text);
    unsaid &&= pipeline.held.size === 0;
    attempt('the creep index of a day was not kept', keepCreep());
    const behind = ingest.lag().some(({ lag }) => lag !== 0);
    attempt('tick failed', pipeline.tick(now(), behind));
    attempt('storms were not closed', notifier.tick());
    attempt('counts and rows were not held against each other', reconciler.tick());
    attempt('the watch failed', watch.look());
    if (!ingest.storeIsLog) attempt('verdicts of other processes were not adopted', rules.adoptVerdicts());
    if (!ingest.storeIsLog && loaded.config.peers.shared) attempt('peers were not exchanged', exchangePeers());
  }, TICK_MS);
  const gauges = setInterval(() => {
    metrics.queue(pipeline.buffered);
    metrics.pending(ingest.posts.pending);
    metrics.lag(ingest.lag());
    metrics.checkpoints(checkpointsOf(pipeline.held));
    metrics.channels(notifier.status());
    let agents = 0;
    for (const { partition } of pipeline.held.values()) agents += partition.agents.size;
    metrics.agentsInMemory(agents);
  }, GAUGES_MS);
  tick.unref();
  gauges.unref();
  return () => {
    stopped = true;
    clearInterval(tick);
    clearInterval(gauges);
  };
}

function peerExchangeOf({ store, ingest, pipeline, rules, now }: Parts): () => Promise<boolean> {
  return createPeerExchange({
    store,
    partitions: async () => (await store.checkpointed()).filter((id) => placeOf(id).source === ingest.foldSource),
    publishes: () => pipeline.held.has(`${ingest.foldSource}/0`),
    adopt: (prior) => rules.set('peers', prior),
    now,
  });
}
