import { literal } from '../../schemas/sql-literal.ts';
import { type Connection, ISO_TIMES } from './connection.ts';
import { encode, plainLine } from './lines.ts';

/** How far a partition of a source topic is re-keyed: all before `nextOffset` is in the internal topic. */
export interface RekeyedPlace {
  /** `source/partition`, e.g. `kafka:mcp-raw/0`. */
  partition: string;
  /** How often its topic was made anew, as far as was seen. */
  epoch: number;
  nextOffset: number;
  /** What tells its log from another of the same name (JSON text). */
  state: string;
  /** Epoch milliseconds. */
  savedAt: number;
}

export interface RekeyedStore {
  /** How far each known partition of a source is re-keyed: the highest (epoch, nextOffset) that was ever written. */
  rekeyedPlaces(source: string): Promise<RekeyedPlace[]>;
  /** A process that was thought dead cannot take back what another wrote: a lower place does not count. */
  writeRekeyedPlaces(places: readonly RekeyedPlace[]): Promise<void>;
}

interface Row {
  partition: string;
  epoch: number;
  next_offset: number;
  state: string;
  saved_at: string;
}

export function createRekeyedStore(connection: Connection): RekeyedStore {
  return {
    async rekeyedPlaces(source) {
      const rows = await connection.read<Row>(
        `SELECT partition, epoch, next_offset, state, saved_at FROM rekeyed WHERE startsWith(partition, ${literal(`${source}/`)}) ORDER BY epoch DESC, next_offset DESC, saved_at DESC LIMIT 1 BY partition ${ISO_TIMES}`,
      );
      return rows.map(({ partition, epoch, next_offset: nextOffset, state, saved_at: savedAt }) => ({
        partition,
        epoch,
        nextOffset,
        state,
        savedAt: Date.parse(savedAt),
      }));
    },

    async writeRekeyedPlaces(places) {
      if (places.length === 0) return;
      const line = ({ partition, epoch, nextOffset, state, savedAt }: RekeyedPlace): string =>
        plainLine({ partition, epoch, next_offset: nextOffset, state, saved_at: new Date(savedAt).toISOString() });
      await connection.insert('rekeyed', await encode(places, line));
    },
  };
}
