import type { Event } from '../../../schemas/event.ts';
import type { Judged } from '../../engine/partition.ts';
import type { Lanes } from './lanes.ts';

/** Hands events to lanes some batches ahead, and takes what comes of them in their order. */
export interface InTurn {
  /** Resolves when there is room for the next ones. `bytes`: of the records that they came in, as far as is known. */
  give(events: readonly Event[], bytes?: number): Promise<void>;
  /** What follows is folded after all that was given: under other rules. */
  flush(): Promise<void>;
  /** Resolves when all is taken. */
  rest(): Promise<void>;
}

/** Of so many events several are of one agent, whose state is fetched once; and they are no burden to the collector yet. */
const BATCH = 2_000;
/** Of large ones fewer wait. */
const BATCH_BYTES = 8 * 1024 * 1024;

/** What waits so long for more goes alone: who pipes in what happens sees what comes of it. Milliseconds. */
const PATIENCE = 200;

export function inTurn(lanes: Pick<Lanes, 'fold' | 'ahead'>, take: (judged: readonly Judged[]) => void): InTurn {
  const coming: Promise<Judged[]>[] = [];
  let waiting: Event[] = [];
  let waitingBytes = 0;
  let patience: NodeJS.Timeout | undefined;
  /** One step after the other: a failed one fails all that follow. */
  let steps: Promise<void> = Promise.resolve();
  const step = (work: () => Promise<void>): Promise<void> => {
    steps = steps.then(work);
    return steps;
  };

  const settle = async (most: number): Promise<void> => {
    while (coming.length > most) take(await coming.shift()!);
  };
  const fold = async (): Promise<void> => {
    clearTimeout(patience);
    patience = undefined;
    if (waiting.length === 0) return;
    const judged = lanes.fold(waiting);
    waiting = [];
    waitingBytes = 0;
    // Its failure is met when its turn comes.
    judged.catch(() => {});
    coming.push(judged);
    await settle(lanes.ahead);
  };
  const rest = async (): Promise<void> => {
    await fold();
    await settle(0);
  };

  return {
    give: (events, bytes = 0) =>
      step(async () => {
        waiting.push(...events);
        waitingBytes += bytes;
        if (waiting.length >= BATCH || waitingBytes >= BATCH_BYTES) await fold();
        else patience ??= setTimeout(() => void step(rest).catch(() => {}), PATIENCE);
      }),
    flush: () => step(fold),
    rest: () => step(rest),
  };
}
