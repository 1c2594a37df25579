import { expect, it } from 'vitest';
import { createObserver } from '../../src/commands/support/observer.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createPersist } from '../../src/pipeline/persist.ts';

const observe = () => createObserver(createMetrics({ now: Date.now }), createLog('silent'), Date.now);
const { signal } = new AbortController();

/** Answers in turn: an error is thrown, and a function is asked. */
const answers = (...turns: (Error | (() => void))[]) => {
  return async () => {
    const turn = turns.shift();
    if (turn instanceof Error) throw turn;
    turn?.();
  };
};

it('brokers that are away are told as such, and are no store that takes no rows', async () => {
  const observer = observe();
  const persist = createPersist({ retryable: () => true, observer: observer.brokers, signal });
  const seen: unknown[] = [];
  const look = () => seen.push(observer.storeRefusesSince, observer.kafkaTrouble, observer.warnings);
  await persist('the internal topic', answers(new Error('no broker answers'), look));
  const text = 'Kafka is not written: no broker answers';
  expect(seen).toEqual([null, text, [text]]);
  expect([observer.kafkaTrouble, observer.warnings]).toEqual([null, []]);
});

it('what keeps both groups from Kafka is said once, until neither is', () => {
  const observer = observe();
  for (const group of ['fold', 'rekey']) observer.unread(group, 'no broker answers');
  expect(observer.warnings).toEqual(['Kafka is not read: no broker answers']);
  observer.unread('rekey', null);
  observer.missing('rekey', 'there is no topic a');
  expect(observer.kafkaTrouble).toBe('Kafka is not read: no broker answers');
  observer.unread('fold', null);
  expect([observer.kafkaTrouble, observer.kafkaUnwell]).toEqual([null, 'Kafka is not read whole: there is no topic a']);
});

it('a store that was away and then refuses a row for good takes rows again', async () => {
  const observer = observe();
  const retryable = ({ message }: Error) => message === 'away';
  const persist = createPersist({ retryable: (error) => retryable(error as Error), observer, signal });
  const write = answers(new Error('away'), () => expect(observer.storeRefusesSince).not.toBeNull(), new Error('never'));
  await persist('events', write);
  const poison = persist('events', answers(new Error('away'), new Error('CANNOT_PARSE')));
  await expect(poison).rejects.toThrow('CANNOT_PARSE');
  expect([observer.storeRefusesSince, observer.warnings]).toEqual([null, []]);
});

it('a store that is away when waiting is over still is', async () => {
  const observer = observe();
  const over = new AbortController();
  const persist = createPersist({ retryable: () => true, observer, signal: over.signal });
  const write = () => {
    if (observer.storeRefusesSince !== null) over.abort();
    return Promise.reject(new Error('away'));
  };
  await expect(persist('events', write)).rejects.toThrow('away');
  expect(observer.storeRefusesSince).not.toBeNull();
});
