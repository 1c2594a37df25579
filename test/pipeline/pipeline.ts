import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import type { Observer } from '../../src/pipeline/observer.ts';
import { createPipeline, type PipelineOptions } from '../../src/pipeline/run.ts';
import { refusesRows } from '../../src/stores/errors.ts';
import { hasher } from '../support/decoding.ts';

type Asked = Pick<PipelineOptions, 'source' | 'store' | 'now'> & Partial<Omit<PipelineOptions, 'observer'>>;

/** A pipeline of which only what a test is about is said, and only that of its observer is heard. */
export const pipelineOf = (asked: Asked, seen: Partial<Observer> = {}) =>
  createPipeline({
    decode: createDecoder({ hasher }),
    book: createRuleBook(asked).book,
    notify: () => Promise.resolve(),
    observer: new Proxy(seen as Observer, { get: (known, name: keyof Observer) => known[name] ?? (() => {}) }),
    retryable: () => false,
    refusesRows,
    writer: 'w',
    storeIsLog: false,
    dedupeWindow: 1_000,
    maxAgents: 100,
    checkpointMs: 1e12,
    checkpointEvents: 1e9,
    stopMs: 60_000,
    elapsed: asked.now,
    ...asked,
  });
