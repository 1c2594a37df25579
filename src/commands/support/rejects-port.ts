import { MAX_REJECT_CHARS } from '../../../schemas/event.ts';
import { passingHashKey } from '../../data-folder.ts';
import { createDecoder, split } from '../../decode/decode.ts';
import { decoderOptions } from '../../decode/options.ts';
import { OperationError } from '../../errors.ts';
import { createHasher } from '../../hash.ts';
import type { RecordReader } from './reader.ts';
import type { RefusedRecord, RejectsPort } from './refused.ts';
import { type Server, ServerRefusal } from './server.ts';
import { standing } from './standing.ts';

/** What the log before held at the same offsets has the same places, without the epoch. */
const PLACE =
  "concat(partition, '/', toString(offset), '/', toString(record_index), if(epoch = 0, '', concat('@', toString(epoch))))";
const REJECTS = `
SELECT ${PLACE} AS place, received_at, reason, detail, gateway, source_instance, raw
FROM v_rejects
WHERE ({place:String} = '' OR place = {place:String}) AND ({reason:String} = '' OR reason = {reason:String})
ORDER BY received_at DESC, partition DESC, epoch DESC, offset DESC, record_index DESC
LIMIT {limit:UInt32}`;

interface IngestAnswer {
  accepted: number;
  duplicates: number;
  rejected_total: number;
}

/** Replay goes through the running server: it alone holds the state that the event is folded into. */
export function rejectsPort(reader: RecordReader): RejectsPort {
  const decode = createDecoder(decoderOptions(reader.loaded.config, createHasher(passingHashKey(reader.loaded))));
  const decoded = (record: RefusedRecord, instance: string): ReturnType<typeof split> =>
    split(
      decode({
        source: 'replay',
        instance,
        partition: 0,
        generation: 1,
        gateway: 'auto',
        backfill: true,
        records: [{ offset: 0, value: record.raw, receivedAt: receivedAtOf(record) }],
      }),
    );
  return {
    async rejects({ place = '', reason = '', limit }) {
      const rows = await reader.query(REJECTS, { place, reason, limit });
      return rows.map((row) => ({
        place: String(row.place),
        receivedAt: String(row.received_at),
        reason: String(row.reason),
        detail: String(row.detail),
        gateway: String(row.gateway),
        instance: String(row.source_instance),
        raw: String(row.raw),
      }));
    },
    understand(record) {
      const [refused] = decoded(record, record.instance || 'replay').rejects;
      if (refused === undefined) return null;
      if (record.reason === 'too_large' || record.raw.length >= MAX_REJECT_CHARS)
        return `${record.reason}: it was too large to be kept whole: its sender must send it again`;
      return `${refused.reason}: ${refused.detail}`;
    },
    standing: (records) => standing(records, reader, (record, instance) => decoded(record, instance).events),
    async replay({ raw, instance }) {
      if (reader.kind !== 'server')
        throw new OperationError(
          'a replay goes through a running server: start `overreach up`, or name one with --url',
        );
      const answer = await posted(reader.server, raw, instance);
      if (answer === 'rejected' || answer.rejected_total > 0) return 'rejected';
      return answer.accepted > 0 ? 'accepted' : answer.duplicates > 0 ? 'duplicate' : 'dropped';
    },
    close: () => reader.close(),
  };
}

async function posted(server: Server, raw: string, instance: string): Promise<IngestAnswer | 'rejected'> {
  try {
    const from = instance === '' ? '' : `&instance=${encodeURIComponent(instance)}`;
    const answer = await server.post<IngestAnswer>(`/v1/events?backfill=1${from}`, JSON.parse(raw) as object);
    if (answer !== null) return answer;
  } catch (error) {
    // A post of which the server understood nothing; the others go on.
    if (error instanceof ServerRefusal && error.problem === 'all_rejected') return 'rejected';
    throw error;
  }
  throw new OperationError(`${server.url}: this server takes no events`);
}

const receivedAtOf = ({ receivedAt }: RefusedRecord): number => Date.parse(receivedAt);
