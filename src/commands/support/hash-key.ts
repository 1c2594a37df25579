import { join } from 'node:path';
import type { LoadedConfig } from '../../config.ts';
import { hashKey, knownHashKey } from '../../data-folder.ts';
import { ConfigError } from '../../errors.ts';
import { createHasher, type Hasher } from '../../hash.ts';
import type { Store } from '../../stores/store.ts';

/** As versions that are in force for all partitions are kept: the last that was written is the one of now. */
const KEPT = { partition: '', kind: 'hash_key', fromOffset: 0, epoch: 0 };
const LIMITS = { maxRows: 1, maxSeconds: 60, maxBytes: 1 << 20 };

/** What tells a hash key from others, and nothing of it. */
const markOf = (hasher: Hasher): string => hasher('the hash key');

/**
 * The keyed hash under which the record is written, made at its first start. Another key than the record's is refused: what
 * was learned of secrets and values would be worth nothing, without a word, from then on.
 */
export async function openHasher(
  loaded: LoadedConfig,
  store: Pick<Store, 'adoptions' | 'writeAdoption' | 'query'>,
): Promise<Hasher> {
  const { key_env, accept_new_key } = loaded.config.redaction;
  const adopted = await store.adoptions(KEPT.partition, KEPT.epoch, KEPT.fromOffset);
  const known = adopted.find(({ kind }) => kind === KEPT.kind)?.version;
  const given = knownHashKey(loaded);
  const isOther = known !== undefined && (given === undefined || markOf(createHasher(given)) !== known);
  if (isOther && !accept_new_key && (await holdsEvents(store))) {
    const path = join(loaded.config.data_dir, 'hash.key');
    const found =
      loaded.secret(key_env) !== undefined
        ? `${key_env} holds another one`
        : `${path} ${given === undefined ? 'is not there' : 'is another one'}`;
    throw new ConfigError(
      `redaction: the record was written under another hash key, and ${found}: put the old key back (in ${path} or ${key_env}), or set redaction.accept_new_key for one start; what was seen before is then not known again`,
    );
  }
  const hasher = createHasher(hashKey(loaded));
  if (markOf(hasher) !== known) await store.writeAdoption({ ...KEPT, version: markOf(hasher) });
  return hasher;
}

async function holdsEvents(store: Pick<Store, 'query'>): Promise<boolean> {
  return (await store.query('SELECT 1 FROM events LIMIT 1', LIMITS)).rows.length > 0;
}
