import { describe, expect, it, vi } from 'vitest';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { createDecoder } from '../../src/decode/decode.ts';
import { createRekeyPlaces } from '../../src/pipeline/rekey-places.ts';
import { createPipeline, type Observer } from '../../src/pipeline/run.ts';
import { createHttpSource } from '../../src/sources/http.ts';
import type { RekeyedPlace } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { hasher, nativeEvent } from '../support/decoding.ts';

const AT = Date.UTC(2026, 10, 20, 9);
const HOUR = 3_600_000;

describe('a clock that is set back by an hour', () => {
  it('lets nobody wait for his answer, and no checkpoint be missed', async () => {
    const { store, remove } = await migratedStore();
    let clock = AT;
    const now = (): number => clock;
    const source = createHttpSource();
    const checkpoints: number[] = [];
    const seen: Partial<Observer> = { checkpointed: ({ manifest }) => checkpoints.push(manifest!.nextOffset) };
    const pipeline = createPipeline({
      source,
      decode: createDecoder({ hasher }),
      store,
      book: createRuleBook({ store, now }).book,
      notify: () => Promise.resolve(),
      observer: new Proxy(seen as Observer, { get: (known, name: keyof Observer) => known[name] ?? (() => {}) }),
      retryable: () => false,
      writer: 'w',
      storeIsLog: true,
      dedupeWindow: 1_000,
      maxAgents: 100,
      checkpointMs: 1,
      checkpointEvents: 1e9,
      stopMs: 1_000,
      now,
      elapsed: () => performance.now(),
    });
    const post = (id: string) =>
      source.push([{ value: JSON.stringify(nativeEvent({ event_id: id })), receivedAt: clock }], {
        instance: 'gw',
        gateway: 'auto',
      });
    const running = pipeline.run();
    try {
      await post('before');
      clock -= HOUR;
      expect(await post('after')).toMatchObject([{ accepted: 1 }]);
      const saved = async () => {
        await pipeline.tick(clock);
        return checkpoints.at(-1) === 2;
      };
      await vi.waitUntil(saved, 10_000);
    } finally {
      await pipeline.stop();
      await running;
      await remove();
    }
  }, 30_000);

  it('does not leave it unsaved how far topics are re-keyed', async () => {
    let clock = AT;
    let passed = 0;
    const saved: RekeyedPlace[] = [];
    const places = createRekeyPlaces({
      store: {
        rekeyedPlaces: async () => [],
        writeRekeyedPlaces: async (rows) => void saved.push(...rows),
        writeGaps: async () => {},
      },
      persist: (_, write) => write(),
      onGap: () => {},
      now: () => clock,
      elapsed: () => passed,
    });
    const place = { source: 'kafka:t', partition: 0, generation: 1 };
    await places.take({ ...place, logStart: 0, logEnd: 9, partitions: 1, seek: () => {} });
    const done = (offset: number): void =>
      places.done({ ...place, instance: 'gw', gateway: 'auto', records: [{ offset, value: '', receivedAt: AT }] });
    done(0);
    await places.save();
    expect(saved.at(-1)?.nextOffset).toBe(1);
    clock -= HOUR;
    passed += 1_000;
    done(1);
    await vi.waitUntil(() => saved.at(-1)?.nextOffset === 2);
    expect(saved.at(-1)!.savedAt).toBe(clock);
  });
});
