import type { Reject } from '../../schemas/event.ts';
import type { Decoded, Decoder } from '../decode/decode.ts';
import type { Ingest, RecordOutcome } from '../sources/source.ts';
import { plain, type SendOptions, sealed, send } from './deliver.ts';
import type { PostedMark } from './posted.ts';

interface KafkaIngestOptions extends Pick<SendOptions, 'produce' | 'tooLarge' | 'store' | 'observer'> {
  decode: Decoder;
  /** Absent for the internal topic; for one of the user's own what marks a message there as ours. */
  mark?: PostedMark;
  /** First offset of posted records: no two runs may share one, since rejects are kept under it. */
  firstOffset: number;
}

const NAME = 'http';

/** Posts into the internal topic: answered when it has them, so that a client that was told 2xx may forget them. */
export function createKafkaIngest({ firstOffset, mark, ...options }: KafkaIngestOptions): Ingest {
  let next = firstOffset;
  return {
    async push(records, sender) {
      const posted = records.map((record) => ({ ...record, offset: next++ }));
      const decoded = options.decode({ source: NAME, partition: 0, generation: 1, records: posted, ...sender });
      const history = sender.backfill === true;
      const seal = mark === undefined ? sealed(history) : plain(mark, history);
      // The client repeats a post that failed: waiting here for a broker that is away would only pile posts up.
      const refused = await send(NAME, decoded, { ...options, persist: (_, write) => write(), seal });
      return decoded.map((one) => outcomeOf(one, refused));
    },
  };
}

function outcomeOf({ offset, items, dropped }: Decoded, refused: readonly Reject[]): RecordOutcome {
  const late = refused.filter(({ position }) => position.offset === offset);
  const known = items.flatMap((item) => (item.kind === 'reject' ? [item.reject] : []));
  return {
    offset,
    accepted: items.length - known.length - late.length,
    duplicates: 0,
    dropped,
    rejected: [...known, ...late].map(({ reason, detail }) => ({ reason, detail })),
  };
}
