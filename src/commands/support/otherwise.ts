import { placeOf } from '../../../schemas/place.ts';
import type { Store } from '../../stores/store.ts';

const LIMITS = { maxRows: 100_000, maxSeconds: 60, maxBytes: 1 << 26 };

/** What is otherwise than when the record was last written, and makes what was learned worth nothing without a word: a line each. */
export async function otherwise(store: Pick<Store, 'query'>, foldSource: string): Promise<string[]> {
  const { rows } = await store.query('SELECT DISTINCT partition FROM checkpoints', LIMITS);
  const sources = [...new Set(rows.map(({ partition }) => placeOf(String(partition)).source))].sort();
  if (sources.length === 0 || sources.includes(foldSource)) return [];
  return [
    `${foldSource} is read for the first time, and learns every agent anew: what was learned is of ${sources.join(', ')}`,
  ];
}
