import type { SourceRecord } from './source.ts';

/** A partition in our hands. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  /** Raised whenever it is given to us anew: what was queued before is dropped. */
  generation: number;
  /** Offset at which the next fetch has to start; null until the pipeline has said where. */
  position: number | null;
  /** Offset of the first record that is not yet worked. */
  next: number;
  /** Bytes and records queued and not yet worked. */
  bytes: number;
  records: number;
  paused: boolean;
  /** One past the last offset of the log, as far as known. */
  end: number;
}

/** In the order of arrival: which partitions are ours, one to be taken over, or records of one. */
type Entry = { kind: 'joined'; places: Place[] } | PlaceEntry;
export type PlaceEntry =
  | { kind: 'take'; place: Place; generation: number }
  | { kind: 'records'; place: Place; generation: number; records: SourceRecord[]; bytes: number };

interface PlacesOptions {
  /** Bytes that may wait in all; beyond it nothing is fetched. */
  maxBytes: number;
  pause(place: Place): void;
  resume(place: Place): void;
}

/** Records a batch holds at most: what is decoded without a pause. */
const MAX_RECORDS = 2_000;

/**
 * The partitions that are ours and the queue of what came for them, bounded in bytes: a partition whose share is full
 * is paused, and all are where the whole is full. Nothing here waits, so that heartbeats go on.
 */
export function createPlaces({ maxBytes, pause, resume }: PlacesOptions) {
  let places = new Map<string, Place>();
  let queue: Entry[] = [];
  let total = 0;
  let generation = 0;
  let closed = false;
  let wake = (): void => {};

  const idOf = (topic: string, partition: number): string => `${topic}/${partition}`;
  const share = (): number => Math.max(maxBytes / Math.max(places.size, 1), 1 << 20);

  function push(entry: Entry): void {
    queue.push(entry);
    wake();
  }

  function halt(place: Place): void {
    if (place.paused) return;
    place.paused = true;
    pause(place);
  }

  function letGo(): void {
    for (const place of places.values()) {
      if (!place.paused || place.position === null) continue;
      if (total > maxBytes / 2 || place.bytes > share() / 2) continue;
      place.paused = false;
      resume(place);
    }
  }

  /** It is to be taken over again, from wherever the pipeline says: what is queued of it is void. */
  function retake(place: Place): void {
    queue = queue.filter((entry) => entry.kind === 'joined' || entry.place !== place);
    total -= place.bytes;
    generation += 1;
    Object.assign(place, { generation, position: null, bytes: 0, records: 0 });
    halt(place);
    push({ kind: 'take', place, generation });
  }

  return {
    retake,
    /** The group gave us these, whether we held them before or not (rule R8). */
    join(assignment: Readonly<Record<string, readonly number[]>>): void {
      places = new Map();
      queue = [];
      total = 0;
      const joined: Place[] = [];
      push({ kind: 'joined', places: joined });
      for (const [topic, partitions] of Object.entries(assignment))
        for (const partition of partitions) {
          const place = {
            topic,
            partition,
            generation,
            position: null,
            next: 0,
            bytes: 0,
            records: 0,
            paused: false,
            end: 0,
          };
          places.set(idOf(topic, partition), place);
          joined.push(place);
          retake(place);
        }
    },
    find: (topic: string, partition: number): Place | undefined => places.get(idOf(topic, partition)),
    all: (): Iterable<Place> => places.values(),
    /** Records of one fetch that started at the place's position; `next` is where the following one has to start. */
    add(place: Place, records: readonly SourceRecord[], next: number): void {
      place.position = next;
      for (let from = 0; from < records.length; from += MAX_RECORDS) {
        const slice = records.slice(from, from + MAX_RECORDS);
        const bytes = slice.reduce((sum, { value }) => sum + 200 + (value?.length ?? 0), 0);
        push({ kind: 'records', place, generation: place.generation, records: slice, bytes });
        place.bytes += bytes;
        place.records += slice.length;
        total += bytes;
      }
      if (total >= maxBytes) for (const other of places.values()) halt(other);
      else if (place.bytes >= share()) halt(place);
    },
    /** The next entry, as soon as there is one; null once it is closed, whatever waits. */
    async next(): Promise<Entry | null> {
      while (queue.length === 0 && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return closed ? null : queue.shift()!;
    },
    close(): void {
      closed = true;
      wake();
    },
    isCurrent: (entry: PlaceEntry): boolean =>
      places.get(idOf(entry.place.topic, entry.place.partition)) === entry.place &&
      entry.place.generation === entry.generation,
    /** The pipeline said where to go on. */
    sought(place: Place, offset: number): void {
      place.position = offset;
      place.next = offset;
      letGo();
    },
    /** What was taken is worked. */
    done({ place, records, bytes }: Extract<Entry, { kind: 'records' }>): void {
      place.bytes -= bytes;
      place.records -= records.length;
      place.next = records.at(-1)!.offset + 1;
      total -= bytes;
      letGo();
    },
    get bytes() {
      return total;
    },
  };
}
