import type { Reject } from '../../schemas/event.ts';
import { type InLog, type Place, placeId } from '../../schemas/place.ts';
import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES, STREAMED } from './connection.ts';
import { createPacker, inserts, type Packed } from './event-rows.ts';
import { fromRow } from './from-row.ts';
import { encode, plainLine } from './lines.ts';
import { SAFE_MS } from './months.ts';
import { WRITTEN_COLUMNS } from './rows.ts';
import type { JudgedEvent, KeyRow, Store } from './store.ts';

type EventStore = Pick<
  Store,
  'pack' | 'writeEvents' | 'writeRejects' | 'writeGaps' | 'replay' | 'recentKeys' | 'openCalls' | 'nextOffset'
>;

const COLUMNS = WRITTEN_COLUMNS.map((column) => `\`${column}\``).join(', ');

const ASKS = "(args_state != 'absent' OR arg_facts != '')";
/** Facts are long, and only of what a later piece may follow it matters whether there are any: whole calls are passed by. */
const BRINGS =
  "(result_facts != '' OR tools != '' OR bytes_out IS NOT NULL OR JSONHas(exact, 'event', 'body', 'bytes_out'))";

/** The log: events as they were folded, what was refused, and what is missing. */
export function createEventStore(connection: Connection): EventStore {
  const newest = async (table: string, place: Place, { epoch, offset }: InLog): Promise<number> => {
    const log = epoch === undefined ? '' : `AND epoch = ${epoch}`;
    const [row] = await connection.read<{ next: number }>(
      `SELECT if(count() = 0, 0, max(offset) + 1) AS next FROM ${table} WHERE partition = ${literal(placeId(place))} AND offset >= ${offset} ${log}`,
    );
    return row?.next ?? 0;
  };

  /** What lies before the newest manifest need not be looked at: it is the larger number already. */
  const nextSaved = async (place: Place): Promise<number> => {
    const [manifest] = await connection.read<{ next: number }>(
      `SELECT next_offset AS next FROM checkpoints WHERE partition = ${literal(placeId(place))} ORDER BY epoch DESC, next_offset DESC LIMIT 1`,
    );
    return manifest?.next ?? 0;
  };

  return {
    pack: createPacker(),

    async writeEvents(packs) {
      for (const group of inserts(packs as readonly Packed[], SAFE_MS))
        await connection.insert(
          'events',
          group.map(({ bytes }) => bytes),
          WRITTEN_COLUMNS.filter((_, n) => group[0]!.columns[n]),
        );
    },

    async writeRejects(rows) {
      if (rows.length > 0) await connection.insert('rejects', await encode(rows, rejectLine));
    },

    async writeGaps(rows) {
      if (rows.length === 0) return;
      const line = ({
        kind,
        source,
        partition,
        fromOffset,
        toOffset,
        from,
        to,
        detail,
      }: (typeof rows)[number]): string =>
        plainLine({
          kind,
          source,
          partition,
          from_offset: fromOffset,
          to_offset: toOffset,
          from_at: new Date(from).toISOString(),
          to_at: new Date(to).toISOString(),
          detail,
        });
      await connection.insert('gaps', await encode(rows, line));
    },

    async *replay(place, fromOffset): AsyncIterable<JudgedEvent[]> {
      const rows = connection.stream(
        `SELECT ${COLUMNS} FROM events FINAL WHERE partition = ${literal(placeId(place))} AND offset >= ${fromOffset} ORDER BY epoch, offset, record_index, phase ${STREAMED}`,
      );
      for await (const batch of rows) yield batch.map(fromRow);
    },

    async recentKeys(place, { epoch = 0, offset, begins = 0 }, window) {
      const of = `partition = ${literal(placeId(place))} AND epoch`;
      const keys = (log: number, from: number, to: number, end = 0): Promise<KeyRow[]> => {
        const among = `${of} = ${log} AND events.offset >= ${Math.max(0, from)} AND events.offset < ${to}`;
        const told = (what: string): string =>
          `toBool((event_key, phase) IN (SELECT event_key, phase FROM events WHERE ${among} AND phase != 'complete' AND ${what}))`;
        return connection.read(
          `SELECT toInt64(offset) - ${end} AS offset, event_key AS key, content_hash AS contentHash, phase, agent_id_basis AS basis, outcome_status AS status, decision_effect AS effect, ${told(ASKS)} AS asks, ${told(BRINGS)} AS brings FROM events FINAL WHERE ${among} ORDER BY events.offset, record_index, phase ${ISO_TIMES}`,
        );
      };
      const own = offset > 0 ? await keys(epoch, offset - window, offset) : [];
      const old = window - (offset - begins);
      if (epoch === 0 || old <= 0) return own;
      const [before] = await connection.read<{ log: number; end: number }>(
        `SELECT epoch AS log, max(offset) + 1 AS end FROM events WHERE ${of} < ${epoch} GROUP BY epoch ORDER BY epoch DESC LIMIT 1`,
      );
      if (before === undefined) return own;
      const { log, end } = before;
      return [...(await keys(log, end - old, end, end - begins)), ...own];
    },

    async *openCalls(place, { epoch = 0, offset }, window, most) {
      const among = `partition = ${literal(placeId(place))} AND epoch = ${epoch} AND offset >= ${Math.max(0, offset - window)} AND offset < ${offset}`;
      const pieces = `SELECT event_key FROM events WHERE ${among} AND phase != 'complete'`;
      const last = `SELECT event_key, max(phase) FROM events WHERE ${among} AND event_key IN (${pieces}) GROUP BY event_key HAVING max(phase) != 'complete'`;
      const newest = `SELECT event_key, phase FROM events WHERE ${among} AND (event_key, phase) IN (${last}) AND (phase != 'response' OR NOT ${ASKS}) ORDER BY offset DESC, record_index DESC LIMIT ${most}`;
      const rows = connection.stream(
        `SELECT ${COLUMNS} FROM events FINAL WHERE ${among} AND (event_key, phase) IN (${newest}) ORDER BY offset, record_index, phase ${STREAMED}`,
      );
      for await (const batch of rows) yield batch.map(fromRow);
    },

    async nextOffset(place, from) {
      const known = from ?? { offset: await nextSaved(place) };
      return Math.max(known.offset, await newest('events', place, known), await newest('rejects', place, known));
    },
  };
}

const rejectLine = ({ position, receivedAt, reason, detail, gateway, instance = '', raw }: Reject): string =>
  plainLine({
    partition: placeId(position),
    offset: position.offset,
    record_index: position.index,
    epoch: position.epoch ?? 0,
    received_at: new Date(receivedAt).toISOString(),
    reason,
    detail,
    gateway,
    source_instance: instance,
    raw,
  });
