import { Worker } from 'node:worker_threads';
import type { LaneAnswer, LaneSetup, LaneWork } from './lane.ts';

/** A lane elsewhere: answers in the order in which it was asked. */
export interface RemoteLane {
  ask(work: LaneWork): Promise<LaneAnswer>;
  close(): Promise<void>;
}

export type OpenLane = (setup: LaneSetup) => RemoteLane;

/** Null where the program runs from its source, which a thread cannot load. */
export const threadOpener = (): OpenLane | null => (import.meta.url.endsWith('.ts') ? null : openThread);

/** Room for what a batch is parsed into, so that it is garbage before the collector comes to copy it. */
const YOUNG_MB = 96;

function openThread(setup: LaneSetup): RemoteLane {
  const worker = new Worker(new URL('./thread.js', import.meta.url), {
    workerData: JSON.stringify(setup),
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const asked: { resolve(answer: LaneAnswer): void; reject(error: Error): void }[] = [];
  let failed: Error | null = null;
  const fail = (error: Error): void => {
    failed = error;
    for (const one of asked.splice(0)) one.reject(error);
  };
  worker.on('message', (text: string) => asked.shift()!.resolve(JSON.parse(text) as LaneAnswer));
  worker.on('error', fail);
  const gone = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      fail(new Error('a thread of the fold ended'));
      resolve();
    });
  });
  return {
    ask: (work) =>
      new Promise((resolve, reject) => {
        if (failed !== null) return reject(failed);
        asked.push({ resolve, reject });
        worker.postMessage(JSON.stringify(work));
      }),
    async close() {
      worker.postMessage(null);
      await gone;
    },
  };
}
