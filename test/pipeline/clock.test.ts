import { describe, expect, it, vi } from 'vitest';
import { HOUR } from '../../schemas/durations.ts';
import { createRekeyPlaces } from '../../src/pipeline/rekey-places.ts';
import { createHttpSource } from '../../src/sources/http.ts';
import type { RekeyedPlace } from '../../src/stores/store.ts';
import { migratedStore } from '../stores/support.ts';
import { nativeEvent } from '../support/decoding.ts';
import { pipelineOf } from './pipeline.ts';

const AT = Date.UTC(2026, 10, 20, 9);

describe('a clock that is set back by an hour', () => {
  it('lets nobody wait for his answer, and no checkpoint be missed', async () => {
    const { store, remove } = await migratedStore();
    let clock = AT;
    const now = (): number => clock;
    const source = createHttpSource();
    const checkpoints: number[] = [];
    const pipeline = pipelineOf(
      { source, store, storeIsLog: true, checkpointMs: 1, stopMs: 1_000, now, elapsed: () => performance.now() },
      { checkpointed: ({ manifest }) => checkpoints.push(manifest!.nextOffset) },
    );
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
