import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../schemas/config.ts';
import type { BatchDecoder, Decoded } from '../decode/decode.ts';
import { buffersOf, pack } from './parcel.ts';

export interface WorkerSetup {
  config: Config;
  hashKey: Uint8Array;
}

export interface DecodeThreads {
  decode: BatchDecoder;
  close(): Promise<void>;
}

/** One core is for the fold; what is decoded beyond three times its pace would only wait. */
export const threadsOf = (cores: number): number => Math.min(3, cores - 1);

/**
 * Decoding on threads of its own: the same answers in the same order, as JSON, which costs half of a structured clone.
 * Pieces of one call are told from each other by what came before in their partition, so each partition has one thread.
 * Null where there is no core to spare, and where the program runs from its source, which a thread cannot load.
 */
export function openDecodeThreads(
  setup: WorkerSetup,
  threads = threadsOf(availableParallelism()),
): DecodeThreads | null {
  if (threads < 1 || import.meta.url.endsWith('.ts')) return null;
  const open = Array.from({ length: threads }, () => openThread(setup));
  const shares = new Map<string, DecodeThreads>();
  return {
    decode(batch) {
      const place = `${batch.source}/${batch.partition}`;
      const thread = shares.get(place) ?? open[shares.size % threads]!;
      shares.set(place, thread);
      return thread.decode(batch);
    },
    async close() {
      await Promise.all(open.map((thread) => thread.close()));
    },
  };
}

interface Waiting {
  resolve(decoded: Decoded[]): void;
  reject(error: Error): void;
}

function openThread(setup: WorkerSetup): DecodeThreads {
  const worker = new Worker(new URL('./decode-worker.js', import.meta.url), { workerData: setup });
  const waiting: Waiting[] = [];
  let failure: Error | null = null;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  worker.on('message', (json: string) => {
    const next = waiting.shift();
    // A process that waits for nothing else may end.
    if (waiting.length === 0) worker.unref();
    next?.resolve(JSON.parse(json) as Decoded[]);
  });
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that decodes has ended')));
  worker.unref();
  return {
    decode: (batch) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        const parcel = pack(batch);
        if (waiting.length === 0) worker.ref();
        waiting.push({ resolve, reject });
        worker.postMessage(parcel, buffersOf(parcel));
      }),
    async close() {
      await worker.terminate();
    },
  };
}
