import type { Event } from '../../../schemas/event.ts';
import type { Judged } from '../../engine/partition.ts';
import type { Lanes } from './lanes.ts';

/** Hands events to lanes some batches ahead, and takes what comes of them in their order. */
export interface InTurn {
  /** Resolves when there is room for the next ones. */
  give(events: readonly Event[]): Promise<void>;
  /** What follows is folded after all that was given: under other rules. */
  flush(): Promise<void>;
  /** Resolves when all is taken. */
  rest(): Promise<void>;
}

/** Of so many events some are of one agent, whose state is fetched once; and they are not yet a burden to the collector. */
const BATCH = 2_000;

export function inTurn(lanes: Pick<Lanes, 'fold' | 'ahead'>, take: (judged: readonly Judged[]) => void): InTurn {
  const coming: Promise<Judged[]>[] = [];
  let waiting: Event[] = [];
  const settle = async (most: number): Promise<void> => {
    while (coming.length > most) take(await coming.shift()!);
  };
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const judged = lanes.fold(waiting);
    waiting = [];
    // Its failure is met when its turn comes.
    judged.catch(() => {});
    coming.push(judged);
    await settle(lanes.ahead);
  };
  return {
    async give(events) {
      waiting.push(...events);
      if (waiting.length >= BATCH) await flush();
    },
    flush,
    async rest() {
      await flush();
      await settle(0);
    },
  };
}
