import { type Place, placeId } from '../../schemas/place.ts';
import type { Assignment, Batch } from '../sources/source.ts';
import type { Gap, RekeyedPlace, Store } from '../stores/store.ts';
import { brokenOf, dated, type Landmark, type LogMark, lostOf, readMark } from './log-mark.ts';
import { type Doubt, doubtOf, proofOf, restartedAt, restartOf, stand } from './proof.ts';

export interface RekeyPlacesOptions {
  store: Pick<Store, 'rekeyedPlaces' | 'writeRekeyedPlaces' | 'writeGaps'>;
  /** Repeats what is idempotent until it is done. */
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  /** Told of what was lost, once it is stored. */
  onGap(gap: Gap): void;
  now(): number;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

/** A partition of a source topic in our hands. */
interface Own {
  id: string;
  generation: number;
  epoch: number;
  /** Where reading began; what lies before it is already in the internal topic. */
  start: number;
  /** All before it is in the internal topic. */
  nextOffset: number;
  /** `partitions`: of the topic when this one was first seen in its log. */
  mark: LogMark;
  /** The next record to be read, where nothing was since the last seek: by it is told whether the log is still the same. */
  proof: Landmark | undefined;
  /** What was seen of its log, where that is not what it was. */
  doubt: Doubt | undefined;
  changed: boolean;
  again(): void;
}

/** What a kill costs at most is re-keyed twice; the fold knows it again. */
const SAVE_MS = 1_000;

/**
 * How far each source topic is re-keyed. The store is the truth, as it is of the fold: a commit of the broker says an
 * offset and not of which log, so that it counts only where nothing is stored yet.
 */
export function createRekeyPlaces({ store, persist, onGap, now, elapsed }: RekeyPlacesOptions) {
  const held = new Map<string, Own>();
  let saving: Promise<void> = Promise.resolve();
  let busy = false;
  let savedAt = Number.NEGATIVE_INFINITY;

  async function write(): Promise<void> {
    const places = [...held.values()].filter(({ changed }) => changed).map(placeOf);
    for (const own of held.values()) own.changed = false;
    if (places.length > 0) await persist('how far topics are re-keyed', () => store.writeRekeyedPlaces(places));
  }

  const placeOf = ({ id: partition, epoch, nextOffset, mark }: Own): RekeyedPlace => ({
    partition,
    epoch,
    nextOffset,
    state: JSON.stringify(mark),
    savedAt: now(),
  });

  /** Not waited for: while the store is away, what is read goes on into the internal topic. */
  function saveSoon(): void {
    if (busy || elapsed() - savedAt < SAVE_MS) return;
    savedAt = elapsed();
    busy = true;
    saving = write().finally(() => {
      busy = false;
    });
    // Thrown by the next `save`: this only keeps Node from calling it unhandled until then.
    saving.catch(() => {});
  }

  async function save(): Promise<void> {
    await saving;
    await write();
  }

  return {
    save,

    /** The others were given to somebody else. What was done of them is saved first. */
    async keep(places: readonly Place[]): Promise<void> {
      await save();
      const ours = new Set(places.map(placeId));
      for (const id of [...held.keys()]) if (!ours.has(id)) held.delete(id);
    },

    /** Says where to go on, and stores what the log lost in between. Nothing of it is under way any more. */
    async take(assignment: Assignment): Promise<void> {
      const { source, generation } = assignment;
      const id = placeId(assignment);
      await save();
      const all = await persist('how far a topic is re-keyed', () => store.rekeyedPlaces(source));
      const saved = all.find((place) => place.partition === id);
      const known = held.get(id);
      // Another process may have seen it before us.
      const isKnown = known?.epoch === saved?.epoch && known?.nextOffset === saved?.nextOffset;
      const doubt = isKnown ? known?.doubt : undefined;
      const found = standing(assignment, saved, doubt, all);
      const gaps = dated(found.gaps, saved?.savedAt ?? now(), now());
      if (gaps.length > 0) await persist('a gap', () => store.writeGaps(gaps));
      for (const gap of gaps) onGap(gap);
      const { epoch, nextOffset, mark } = found;
      const open = epoch === saved?.epoch ? doubt : undefined;
      const proof = proofOf(mark, assignment, open);
      const own: Own = {
        ...{ id, generation, epoch, nextOffset, mark, start: nextOffset },
        ...{ proof, doubt: open, changed: saved?.epoch !== epoch || saved.nextOffset !== nextOffset },
        again: () => assignment.again?.(),
      };
      held.set(id, own);
      // Before anything is kept under the new epoch.
      await write();
      assignment.seek(proof?.offset ?? nextOffset);
    },

    /** The batch as it is to be decoded, under the epoch of its log; null where it is void, or known whole. */
    admit(batch: Batch): Batch | null {
      const own = held.get(placeId(batch));
      if (own === undefined || own.generation !== batch.generation) return null;
      const doubt = doubtOf(batch, own.proof, own.nextOffset);
      if (doubt !== undefined) {
        own.doubt = doubt;
        own.again();
        return null;
      }
      own.proof = own.doubt = undefined;
      const records = batch.records.filter(({ offset }) => offset >= own.start);
      if (records.length === 0) return null;
      return own.epoch === 0 ? { ...batch, records } : { ...batch, records, epoch: own.epoch };
    },

    /** All of the batch is in the internal topic, or among the rejects. */
    done(batch: Batch): void {
      const own = held.get(placeId(batch));
      if (own === undefined || own.generation !== batch.generation) return;
      const { offset, receivedAt } = batch.records.at(-1)!;
      own.nextOffset = offset + 1;
      stand(own.mark, { offset, at: receivedAt });
      own.changed = true;
      saveSoon();
    },
  };
}

/** Where a partition stands, by what is stored of it and what the broker says of its log. */
function standing(
  assignment: Assignment,
  saved: RekeyedPlace | undefined,
  doubt: Doubt | undefined,
  all: readonly RekeyedPlace[],
): { epoch: number; nextOffset: number; mark: LogMark; gaps: Omit<Gap, 'from' | 'to'>[] } {
  const { committed, partition, partitions, logStart = 0 } = assignment;
  const first: LogMark = partitions === undefined ? {} : { partitions };
  // Of a partition that was not there when its topic was first seen, all was to be read.
  const isNew = all.some((other) => (readMark(other.state).partitions ?? Number.POSITIVE_INFINITY) <= partition);
  const from = saved?.nextOffset ?? committed ?? (isNew ? 0 : logStart);
  const mark = saved === undefined ? first : readMark(saved.state);
  const restart = restartOf(mark, from, assignment, doubt);
  if (restart !== undefined) {
    const gaps = brokenOf(assignment, from, doubt?.goOn);
    const begun = { ...first, ...restartedAt(mark, restart) };
    return { epoch: (saved?.epoch ?? 0) + 1, nextOffset: restart, mark: begun, gaps };
  }
  return {
    epoch: saved?.epoch ?? 0,
    nextOffset: Math.max(from, logStart),
    mark,
    gaps: lostOf(assignment, from),
  };
}
