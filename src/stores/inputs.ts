import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { InputVersion, Store } from './store.ts';

type InputStore = Pick<
  Store,
  'writeInput' | 'readInput' | 'newestInput' | 'writeAdoption' | 'adoptions' | 'writeReview'
>;

interface InputRow extends Omit<InputVersion, 'loadedAt'> {
  loaded_at: string;
}

/** What people said, dated: versions of inputs, from where on each was in force, and reviews of connections. */
export function createInputStore(connection: Connection): InputStore {
  const read = async (kind: string, version: string): Promise<InputVersion | null> => {
    const [row] = await connection.read<InputRow>(
      `SELECT kind, version, content, loaded_at FROM inputs FINAL WHERE kind = ${literal(kind)} AND version = ${version} ${ISO_TIMES}`,
    );
    if (row === undefined) return null;
    const { loaded_at, ...found } = row;
    return { ...found, loadedAt: Date.parse(loaded_at) };
  };

  return {
    async writeInput({ kind, version, content, loadedAt }) {
      const row = { kind, version, content, loaded_at: new Date(loadedAt).toISOString() };
      await connection.insert('inputs', await encode([row], plainLine));
    },

    readInput: (kind, version) => read(kind, literal(version)),

    // A year of them is much to read: their contents are left where they are.
    newestInput: (kind, by = Number.MAX_SAFE_INTEGER) =>
      read(
        kind,
        `(SELECT version FROM inputs FINAL WHERE kind = ${literal(kind)} AND toUnixTimestamp64Milli(loaded_at) <= ${by} ORDER BY loaded_at DESC, version DESC LIMIT 1)`,
      ),

    async writeAdoption({ partition, kind, version, fromOffset, epoch }) {
      const place = `partition = ${literal(partition)} AND epoch = ${epoch} AND from_offset = ${fromOffset} AND kind = ${literal(kind)}`;
      await connection.command(
        `INSERT INTO adoptions (partition, epoch, from_offset, kind, version, stored_at) SELECT ${literal(partition)}, ${epoch}, ${fromOffset}, ${literal(kind)}, ${literal(version)}, greatest(now64(6, 'UTC'), max(stored_at) + INTERVAL 1 MICROSECOND) FROM adoptions WHERE ${place}`,
      );
    },

    adoptions: (partition, epoch, fromOffset) =>
      connection.read(
        `SELECT partition, kind, version, from_offset AS fromOffset, epoch FROM adoptions FINAL WHERE partition = ${literal(partition)} AND epoch = ${epoch} AND from_offset >= ${fromOffset} ORDER BY from_offset, stored_at`,
      ),

    async writeReview({ agent, server, at, by, note }) {
      const row = { agent_id: agent, server_id: server, at: new Date(at).toISOString(), by, note };
      await connection.insert('reviews', await encode([row], plainLine));
    },
  };
}
