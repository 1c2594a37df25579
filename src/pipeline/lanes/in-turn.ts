import type { Event } from '../../../schemas/event.ts';
import type { Judged } from '../../engine/partition.ts';
import type { Lanes } from './lanes.ts';

/** Hands events to lanes some batches ahead, and takes what comes of them in their order. */
export interface InTurn {
  /** Resolves when there is room for the next batch. */
  give(events: readonly Event[]): Promise<void>;
  /** Resolves when all is taken. */
  rest(): Promise<void>;
}

export function inTurn(lanes: Pick<Lanes, 'fold' | 'ahead'>, take: (judged: readonly Judged[]) => void): InTurn {
  const coming: Promise<Judged[]>[] = [];
  const settle = async (most: number): Promise<void> => {
    while (coming.length > most) take(await coming.shift()!);
  };
  return {
    async give(events) {
      if (events.length === 0) return;
      const judged = lanes.fold(events);
      // Its failure is met when its turn comes.
      judged.catch(() => {});
      coming.push(judged);
      await settle(lanes.ahead);
    },
    rest: () => settle(0),
  };
}
