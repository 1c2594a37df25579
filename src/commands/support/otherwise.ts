import { placeOf } from '../../../schemas/place.ts';
import type { Store } from '../../stores/store.ts';

/** As versions that are in force for all partitions are kept: the last that was written is the one of now. */
const KEY = { partition: '', kind: 'hash_key', fromOffset: 0, epoch: 0 };
const LIMITS = { maxRows: 100_000, maxSeconds: 60, maxBytes: 1 << 26 };

export interface Today {
  /** What tells this hash key from others, and nothing of it. */
  keyMark: string;
  /** The source that is folded. */
  foldSource: string;
}

/**
 * What is otherwise than when the record was last written, and makes what was learned worth nothing without a word: a line
 * each. Remembers the hash key of today.
 */
export async function otherwise(
  store: Pick<Store, 'adoptions' | 'writeAdoption' | 'query'>,
  { keyMark, foldSource }: Today,
): Promise<string[]> {
  const found: string[] = [];
  const known = (await store.adoptions(KEY.partition, KEY.epoch, KEY.fromOffset)).find(({ kind }) => kind === KEY.kind);
  if (known !== undefined && known.version !== keyMark)
    found.push(
      'the hash key is another one than before: secrets and values that were seen under the old one are taken for new; stop and put the old one back, or nothing correlates across this start',
    );
  if (known?.version !== keyMark) await store.writeAdoption({ ...KEY, version: keyMark });

  const { rows } = await store.query('SELECT DISTINCT partition FROM checkpoints', LIMITS);
  const sources = [...new Set(rows.map(({ partition }) => placeOf(String(partition)).source))].sort();
  if (sources.length > 0 && !sources.includes(foldSource))
    found.push(
      `${foldSource} is read for the first time, and learns every agent anew: what was learned is of ${sources.join(', ')}`,
    );
  return found;
}
