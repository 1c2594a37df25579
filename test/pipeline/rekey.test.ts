import { expect, it } from 'vitest';
import { createObserver } from '../../src/commands/support/observer.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createKafkaIngest } from '../../src/pipeline/kafka-ingest.ts';
import { type RekeyOptions, rekey } from '../../src/pipeline/rekey.ts';
import { nativeEvent } from '../support/decoding.ts';
import { logOf, uncounted } from './log.ts';

const options: RekeyOptions = {
  decode: createDecoder({ hasher: createHasher(Buffer.from('a key of some length, for tests')) }),
  produce: async () => {},
  tooLarge: () => false,
  store: {
    writeRejects: async () => {},
    writeGaps: async () => {},
    rekeyedPlaces: async () => [],
    writeRekeyedPlaces: async () => {},
  },
  persist: (_, write) => write(),
  observer: uncounted,
  onGap: () => {},
  now: Date.now,
  elapsed: () => performance.now(),
};
const call = JSON.stringify(nativeEvent());
/** Of a known format, and no MCP call. */
const logRecords = [{ timeUnixNano: '1772445600000000000', body: { stringValue: 'started' } }];
const other = JSON.stringify({ resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords }] }] });
const records = [call, '{ no JSON', other].map((value, offset) => ({ offset, value, receivedAt: 1 }));

it('ends with what failed for good, though nothing more comes', async () => {
  const writeRejects = () => Promise.reject(new Error('wrong password'));
  const ended = rekey(logOf([records], 3), { ...options, store: { ...options.store, writeRejects } });
  await expect(ended).rejects.toThrow('wrong password');
});

it('counts what goes into no topic, on both ways in; the rest is counted by the fold', async () => {
  const metrics = createMetrics({ now: Date.now });
  const observer = createObserver(metrics, createLog('silent'), () => 1_000);
  const source = logOf([records], 3);
  const done = rekey(source, { ...options, observer });
  await source.read;
  await source.stop();
  await done;
  expect(observer.counts).toEqual({ accepted: 0, duplicate: 0, dropped: 1, rejected: 1 });
  expect(observer.lastSeen).toEqual(new Map([['kafka:t', 1_000]]));

  await createKafkaIngest({ ...options, observer, firstOffset: 0 }).push(records, { instance: 'gw', gateway: 'auto' });
  expect(observer.counts).toEqual({ accepted: 0, duplicate: 0, dropped: 2, rejected: 2 });
  expect(observer.rejects).toEqual(new Map([['not_json', 2]]));
  const text = await metrics.text();
  for (const from of ['kafka:t', 'http']) expect(text).toContain(`outcome="rejected",source="${from}"} 1`);
});

it('takes a large batch in slices: one is sent, and its place left, while the next is decoded', async () => {
  const calls = Array.from({ length: 750 }, (_, offset) => ({ offset, value: call, receivedAt: 1 }));
  const seen: string[] = [];
  const source = logOf([calls], calls.length);
  const commit = async (_: number, nextOffset: number) => void seen.push(`left at ${nextOffset}`);
  const done = rekey(
    { ...source, commit },
    {
      ...options,
      decode(batch) {
        seen.push(`decoded ${batch.records.length}`);
        return options.decode(batch);
      },
    },
  );
  await source.read;
  await source.stop();
  await done;
  const decoded = 'decoded 250';
  expect(seen).toEqual([decoded, decoded, 'left at 250', decoded, 'left at 500', 'left at 750']);
});
