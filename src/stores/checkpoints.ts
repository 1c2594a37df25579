import { MINUTE } from '../../schemas/durations.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES, literals, STREAMED } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { Manifest, Store } from './store.ts';

type CheckpointStore = Pick<
  Store,
  | 'checkpointed'
  | 'newestManifest'
  | 'writeStates'
  | 'writeManifest'
  | 'loadStates'
  | 'agentIds'
  | 'allStates'
  | 'collect'
>;

interface ManifestRow {
  partition: string;
  epoch: number;
  next_offset: number;
  writer: string;
  writers: string;
  inputs: string;
  state: string;
  saved_at: string;
}

/** Agents asked for in one statement, so that it stays below the engine's 256 KiB. */
const IDS_BYTES = 200_000;
/**
 * A manifest this much older than the newest may still be in the hands of a process that is taking a partition over;
 * what it names is kept.
 */
const GRACE_MS = MINUTE;

/** States and the manifests that say which of them count (rule R3). */
export function createCheckpointStore(connection: Connection): CheckpointStore {
  const newestManifest = async (partition: string, where = ''): Promise<Manifest | null> => {
    const [row] = await connection.read<ManifestRow>(
      `SELECT partition, epoch, next_offset, writer, writers, inputs, state, saved_at FROM checkpoints WHERE partition = ${literal(partition)} ${where} ORDER BY epoch DESC, next_offset DESC, saved_at DESC, writer LIMIT 1 ${ISO_TIMES}`,
    );
    return row === undefined ? null : manifestOf(row);
  };

  return {
    async checkpointed() {
      const rows = await connection.read<{ partition: string }>(
        'SELECT DISTINCT partition FROM checkpoints ORDER BY partition',
      );
      return rows.map(({ partition }) => partition);
    },

    newestManifest: (partition) => newestManifest(partition),

    async writeStates(rows) {
      const line = ({ partition, agentId, epoch = 0, nextOffset, writer, state }: (typeof rows)[number]): string =>
        plainLine({ partition, agent_id: agentId, epoch, next_offset: nextOffset, writer, state });
      if (rows.length > 0) await connection.insert('baselines', await encode(rows, line));
    },

    async writeManifest({ partition, epoch, nextOffset, writer, writers, inputs, state, savedAt }) {
      const row = {
        partition,
        epoch,
        next_offset: nextOffset,
        writer,
        writers: JSON.stringify(writers),
        inputs: JSON.stringify(inputs),
        state,
        saved_at: new Date(savedAt).toISOString(),
      };
      await connection.insert('checkpoints', await encode([row], plainLine));
    },

    async loadStates(manifest, agentIds) {
      const states = new Map<string, string>();
      for (const ids of portions(agentIds)) {
        const rows = await connection.read<{ agent_id: string; state: string }>(
          `SELECT agent_id, argMax(state, (epoch, next_offset)) AS state FROM baselines WHERE ${counted(manifest)} AND agent_id IN ${literals(ids)} GROUP BY agent_id`,
        );
        for (const { agent_id, state } of rows) states.set(agent_id, state);
      }
      return states;
    },

    async *agentIds(manifest) {
      const rows = connection.stream(
        `SELECT DISTINCT agent_id FROM baselines WHERE ${counted(manifest)} SETTINGS max_block_size = 8192`,
      );
      for await (const batch of rows) yield (batch as [string][]).map(([agentId]) => agentId);
    },

    async *allStates(manifest) {
      // In the table's order, so that one agent's rows are in memory at a time.
      const rows = connection.stream(
        `SELECT agent_id, argMax(state, (epoch, next_offset)) AS state FROM baselines WHERE ${counted(manifest)} GROUP BY partition, agent_id ${STREAMED}, optimize_aggregation_in_order = 1`,
      );
      for await (const batch of rows) yield new Map(batch as [string, string][]);
    },

    async collect(manifest) {
      const newest = await newestManifest(manifest.partition);
      // Somebody else went ahead: what is old is his to say.
      if (newest === null || newest.writer !== manifest.writer || newest.nextOffset !== manifest.nextOffset) return;
      const before = literal(new Date(newest.savedAt - GRACE_MS).toISOString());
      const old = await newestManifest(
        manifest.partition,
        `AND saved_at <= parseDateTime64BestEffort(${before}, 3, 'UTC')`,
      );
      if (old === null) return;
      const position = `partition = ${literal(old.partition)} AND (epoch, next_offset)`;
      const upTo = `(${old.epoch}, ${old.nextOffset})`;
      await connection.command(
        `DELETE FROM baselines WHERE ${position} <= ${upTo} AND (agent_id, epoch, next_offset) NOT IN (${needed(old)}) AND (agent_id, epoch, next_offset) NOT IN (${needed(newest)})`,
      );
      await connection.command(`DELETE FROM checkpoints WHERE ${position} < ${upTo}`);
    },
  };
}

/**
 * Rows that count: of each writer that the manifest names, up to where it names it. Each start of a process is a writer
 * more, for good; so they are looked up, where a condition for each would take the engine seconds by the hundred.
 */
function counted({ partition, writers }: Manifest): string {
  if (writers.length === 0) return '0';
  const names = writers.map(({ writer }) => literal(writer)).join(', ');
  const upTo = (numbers: readonly number[]): string =>
    `transform(writer, [${names}], CAST([${numbers}], 'Array(Int64)'), toInt64(-1))`;
  const epochs = upTo(writers.map(({ epoch = 0 }) => epoch));
  const offsets = upTo(writers.map(({ nextOffset }) => nextOffset));
  return `partition = ${literal(partition)} AND (epoch, next_offset) <= (${epochs}, ${offsets})`;
}

/** The newest row of each agent that counts. */
const needed = (manifest: Manifest): string =>
  `SELECT agent_id, newest.1, newest.2 FROM (SELECT agent_id, max((epoch, next_offset)) AS newest FROM baselines WHERE ${counted(manifest)} GROUP BY agent_id)`;

const manifestOf = (row: ManifestRow): Manifest => ({
  partition: row.partition,
  epoch: row.epoch,
  nextOffset: row.next_offset,
  writer: row.writer,
  writers: JSON.parse(row.writers) as Manifest['writers'],
  inputs: JSON.parse(row.inputs) as Manifest['inputs'],
  state: row.state,
  savedAt: Date.parse(row.saved_at),
});

function* portions(ids: readonly string[]): Iterable<string[]> {
  let portion: string[] = [];
  let bytes = 0;
  for (const id of ids) {
    const size = Buffer.byteLength(id) * 2 + 4;
    if (bytes + size > IDS_BYTES && portion.length > 0) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(id);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}
