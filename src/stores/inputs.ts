import { type Connection, ISO_TIMES, literal } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { InputVersion, Store } from './store.ts';

type InputStore = Pick<
  Store,
  'writeInput' | 'readInput' | 'inputVersions' | 'writeAdoption' | 'adoptions' | 'writeReview' | 'reviews'
>;

interface InputRow {
  kind: string;
  version: string;
  content: string;
  loaded_at: string;
}

/** What people said, dated: versions of inputs, from where on each was in force, and reviews of connections. */
export function createInputStore(connection: Connection): InputStore {
  const read = async (where: string): Promise<InputVersion[]> => {
    const rows = await connection.read<InputRow>(
      `SELECT kind, version, content, loaded_at FROM inputs FINAL WHERE ${where} ORDER BY loaded_at, version ${ISO_TIMES}`,
    );
    return rows.map(({ loaded_at, ...row }) => ({ ...row, loadedAt: Date.parse(loaded_at) }));
  };

  return {
    async writeInput({ kind, version, content, loadedAt }) {
      const row = { kind, version, content, loaded_at: new Date(loadedAt).toISOString() };
      await connection.insert('inputs', await encode([row], plainLine));
    },

    async readInput(kind, version) {
      return (await read(`kind = ${literal(kind)} AND version = ${literal(version)}`))[0] ?? null;
    },

    inputVersions: (kind) => read(`kind = ${literal(kind)}`),

    async writeAdoption({ partition, kind, version, fromOffset, epoch }) {
      await connection.insert(
        'adoptions',
        await encode([{ partition, kind, version, from_offset: fromOffset, epoch }], plainLine),
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

    async reviews() {
      const rows = await connection.read<{ agent: string; server: string; at: string; by: string; note: string }>(
        `SELECT agent_id AS agent, server_id AS server, at, by, note FROM reviews FINAL ORDER BY at ${ISO_TIMES}`,
      );
      return rows.map((row) => ({ ...row, at: Date.parse(row.at) }));
    },
  };
}
