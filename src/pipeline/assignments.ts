import { type Place, placeId } from '../../schemas/place.ts';
import type { Assignment, Batch } from '../sources/source.ts';
import type { Gap, Manifest } from '../stores/store.ts';
import { warmUp } from './absent.ts';
import type { HeldPartition } from './held.ts';
import { gapsOf } from './log-mark.ts';
import { type PartitionsOptions, type Recovered, takeOver } from './partitions.ts';
import { type Doubt, doubtOf, proofOf, restartOf } from './proof.ts';

interface AssignmentsOptions extends PartitionsOptions {
  writer: string;
  /** Agents in memory, over all partitions. */
  maxAgents: number;
  persist<T>(what: string, write: () => Promise<T>): Promise<T>;
  save(partitions: Iterable<HeldPartition>): Promise<unknown>;
  recovered(held: HeldPartition, found: Recovered): void;
  observer: { gap(gap: Gap): void };
}

/** The partitions in our hands, and how they come into them (rule R8). */
export function createAssignments(options: AssignmentsOptions) {
  const { store, persist, now } = options;
  const held = new Map<string, HeldPartition>();
  /** What was seen of those whose log is not what it was, and how each asks to be assigned anew. */
  const doubts = new WeakMap<HeldPartition, Doubt>();
  const again = new WeakMap<HeldPartition, () => void>();
  let stopping = false;

  /** Memory is good only where the newest manifest is the one that we wrote last, or read and folded nothing since. */
  async function stillOurs(own: HeldPartition): Promise<boolean> {
    const newest = await persist('the manifest of a partition', () => store.newestManifest(own.partition.id));
    if (newest === null || own.manifest === null) return newest === own.manifest;
    const isLast = ({ writer, nextOffset, epoch }: Manifest): boolean =>
      newest.writer === writer && newest.nextOffset === nextOffset && newest.epoch === epoch;
    return (
      isLast({ ...own.manifest, epoch: own.epoch }) &&
      (newest.writer === options.writer || newest.nextOffset === own.partition.nextOffset)
    );
  }

  async function goOn(own: HeldPartition, assignment: Assignment): Promise<void> {
    own.generation = assignment.generation;
    const gaps = gapsOf(own, assignment, now());
    if (own.mark !== undefined && assignment.partitions !== undefined) own.mark.partitions = assignment.partitions;
    await begin(own, assignment, gaps);
  }

  async function begin(own: HeldPartition, assignment: Assignment, gaps: Gap[]): Promise<void> {
    if (gaps.length > 0) await persist('a gap', () => store.writeGaps(gaps));
    for (const gap of gaps) {
      options.observer.gap(gap);
      if (gap.kind === 'lost') own.partition.pass(gap.toOffset);
    }
    again.set(own, () => assignment.again?.());
    const proof = proofOf(own.mark, assignment, doubts.get(own));
    if (proof === undefined) delete own.proof;
    else own.proof = proof;
    assignment.seek(proof?.offset ?? own.partition.nextOffset);
  }

  /** Who cannot be brought in now is brought in before its next event. */
  function warm(own: HeldPartition): void {
    const isHeld = (): boolean => !stopping && held.get(own.partition.id) === own;
    const room = (): number => (isHeld() ? options.maxAgents / held.size - own.partition.agents.size : 0);
    void persist('quiet agents', () => warmUp(own, store, room)).catch(() => {});
  }

  return {
    held: held as ReadonlyMap<string, HeldPartition>,

    /** The others were given to somebody else: what we know of them is his to say. */
    keep(places: readonly Place[]): void {
      const ours = new Set(places.map(placeId));
      for (const id of [...held.keys()]) if (!ours.has(id)) held.delete(id);
    },

    async take(assignment: Assignment): Promise<void> {
      const id = placeId(assignment);
      const known = held.get(id);
      let doubt: Doubt | undefined;
      if (known !== undefined && (await stillOurs(known))) {
        doubt = doubts.get(known);
        const restart = restartOf(known.mark, known.partition.nextOffset, assignment, doubt);
        if (restart === undefined) return await goOn(known, assignment);
        // Of the old log nothing is to be had again: what we know of it is saved first.
        await options.save([known]);
      }
      held.delete(id);
      const found = await persist('the take-over of a partition', () => takeOver(assignment, options, doubt));
      held.set(id, found.held);
      options.recovered(found.held, found);
      await begin(found.held, assignment, found.gaps);
      warm(found.held);
    },

    /** False where the first record after a seek shows that the log is not what it was: it is to be taken over again. */
    proven(own: HeldPartition, batch: Batch): boolean {
      const doubt = doubtOf(batch, own.proof, own.partition.nextOffset);
      if (doubt !== undefined) {
        doubts.set(own, doubt);
        again.get(own)?.();
        return false;
      }
      doubts.delete(own);
      delete own.proof;
      return true;
    },

    /** No more agents are brought in. */
    stop(): void {
      stopping = true;
    },
  };
}
