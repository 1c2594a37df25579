import { placeOf } from '../../../schemas/place.ts';
import type { Store } from '../../stores/store.ts';

/** What is otherwise than when the record was last written, and makes what was learned worth nothing without a word: a line each. */
export async function otherwise(store: Pick<Store, 'checkpointed'>, foldSource: string): Promise<string[]> {
  const sources = [...new Set((await store.checkpointed()).map((id) => placeOf(id).source))].sort();
  if (sources.length === 0 || sources.includes(foldSource)) return [];
  return [
    `${foldSource} is read for the first time, and learns every agent anew: what was learned is of ${sources.join(', ')}`,
  ];
}
