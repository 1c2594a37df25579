import { DAY, MINUTE } from '../../schemas/durations.ts';
import type { PartitionJson } from '../engine/partition.ts';
import { type LedgerJson, mergeLedgers, type PublishedPrior } from '../engine/peers.ts';
import type { Store } from '../stores/store.ts';
import { PARTITION_ROW } from './partitions.ts';

/** Long enough after midnight that every partition has saved a checkpoint of the new day. */
const PUBLISH_AFTER = 15 * MINUTE;

interface PeerExchangeOptions {
  store: Pick<Store, 'newestInput' | 'newestManifest' | 'loadStates'>;
  /** Ids of all partitions of the fold's topic, ours and others'. */
  partitions(): Promise<string[]>;
  /** True for the one process that publishes: who holds the first partition. */
  publishes(): boolean;
  /** Puts a prior in force: stored once, journalled by each partition from its next event on. */
  adopt(prior: PublishedPrior): Promise<unknown>;
  now(): number;
}

/**
 * Where the fold has many partitions, the peers' prior of a day is published once for all of them (rule R6): the sums
 * of every partition's ledger up to the day before, out of their newest checkpoints. Whoever comes later takes the same.
 */
export function createPeerExchange({ store, partitions, publishes, adopt, now }: PeerExchangeOptions) {
  let inForce = Number.NEGATIVE_INFINITY;

  /** What a clock that was ahead has published is not there yet. */
  const newest = async (): Promise<PublishedPrior | null> => {
    const version = await store.newestInput('peers', now());
    return version === null ? null : (JSON.parse(version.content) as PublishedPrior);
  };

  const ledgerOf = async (id: string): Promise<LedgerJson[]> => {
    const manifest = await store.newestManifest(id);
    if (manifest === null) return [];
    const saved = (await store.loadStates(manifest, [PARTITION_ROW])).get(PARTITION_ROW);
    return saved === undefined ? [] : [(JSON.parse(saved) as PartitionJson).ledger];
  };

  /** Called now and then. True where another prior came into force. */
  return async function exchange(): Promise<boolean> {
    const day = Math.floor(now() / DAY);
    if (inForce === day) return false;
    let prior = await newest();
    if ((prior === null || prior.day < day) && publishes() && now() - day * DAY >= PUBLISH_AFTER) {
      const ledgers: LedgerJson[] = [];
      for (const id of await partitions()) ledgers.push(...(await ledgerOf(id)));
      prior = mergeLedgers(ledgers, day);
    }
    if (prior === null || prior.day === inForce) return false;
    await adopt(prior);
    inForce = prior.day;
    return true;
  };
}
