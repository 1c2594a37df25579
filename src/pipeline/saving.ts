import type { Saved } from './checkpointer.ts';
import type { HeldPartition } from './held.ts';

interface SavingOptions {
  held: ReadonlyMap<string, HeldPartition>;
  save(partitions: Iterable<HeldPartition>): Promise<Saved[]>;
  onSaved(saved: Saved): void;
  /** Milliseconds, and events folded, after which checkpoints are due. */
  everyMs: number;
  everyEvents: number;
  /** Agents that may stay in memory, over all partitions. */
  maxAgents: number;
  /** Milliseconds of a clock that nobody sets: for intervals. */
  elapsed(): number;
}

/** When checkpoints are saved: beside the fold, by the clock, by what was folded, and by the agents in memory. */
interface Saving {
  /** Throws what ended a checkpoint for good. */
  check(): void;
  folded(events: number): void;
  /** Begins one where it is due. */
  look(): void;
  /** Agents can go once they are saved: where many came since, that is done early, and the fold waits for it. */
  room(): Promise<void>;
  /** Saves all partitions, once what is under way has ended. */
  all(): Promise<void>;
}

/** Agents in memory beyond those that may stay, as a share of them, from which on the fold waits. */
const CROWDED = 1.5;

export function createSaving({ held, save, onSaved, everyMs, everyEvents, maxAgents, elapsed }: SavingOptions): Saving {
  let savedAt = elapsed();
  let foldedSince = 0;
  let underWay: Promise<void> | null = null;
  let failed: Error | null = null;

  /** Whoever asked for it: after one that failed none is saved, so the fold must end. */
  async function saveAll(): Promise<void> {
    savedAt = elapsed();
    foldedSince = 0;
    try {
      for (const saved of await save(held.values())) onSaved(saved);
    } catch (error) {
      failed = error as Error;
      throw error;
    }
  }

  function begin(): void {
    underWay ??= saveAll()
      // It is met by the next batch.
      .catch(() => {})
      .finally(() => {
        underWay = null;
      });
  }

  return {
    check() {
      if (failed !== null) throw failed;
    },
    folded(events) {
      foldedSince += events;
    },
    look() {
      if (foldedSince >= everyEvents || elapsed() - savedAt >= everyMs) begin();
    },
    async room() {
      let agents = 0;
      for (const { partition } of held.values()) agents += partition.agents.size;
      if (agents > maxAgents) begin();
      if (agents > CROWDED * maxAgents) await underWay;
    },
    async all() {
      await underWay;
      await saveAll();
    },
  };
}
