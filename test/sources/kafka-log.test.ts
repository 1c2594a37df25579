import { expect, it } from 'vitest';
import { calm } from '../../src/sources/kafka-log.ts';

it('says the same once a minute, however often it is told, and anything else at once', () => {
  let now = 0;
  const said: string[] = [];
  const log = calm(
    { debug: () => {}, warn: ({ broker }: { broker?: string }, text) => said.push(`${broker} ${text}`) },
    () => now,
  );
  const away = (broker: string, retryCount: number) =>
    log.warn({ broker, retryCount, err: new Error('away') }, 'no answer');
  for (let n = 0; n < 5; n += 1) away('a:1', n);
  away('b:2', 0);
  log.warn({ broker: 'a:1', err: new Error('let nobody in') }, 'no answer');
  now = 60_000;
  away('a:1', 9);
  expect(said).toEqual(['a:1 no answer', 'b:2 no answer', 'a:1 no answer', 'a:1 no answer']);
});
