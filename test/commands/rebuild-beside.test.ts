import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchStill } from '../../src/commands/support/standing-still.ts';
import type { Store } from '../../src/stores/store.ts';
import { manifestOf } from '../stores/support.ts';
import { type Front, startFront } from '../support/chdb-http-front.ts';
import { call, house, post, spawned } from './support.ts';

describe('baseline rebuild of a record that several may share', () => {
  const seen = manifestOf({ partition: 't/0', nextOffset: 5, writers: [] });
  const watched = async (newest: () => typeof seen): Promise<number> => {
    let waited = 0;
    const store: Pick<Store, 'newestManifest'> = { newestManifest: async () => newest() };
    const pause = async (ms: number) => {
      waited += ms;
    };
    await watchStill([seen], { store, forMs: 20_000, pause });
    return waited;
  };

  it('waits for two checkpoints, and is refused where one is saved meanwhile', async () => {
    expect(await watched(() => ({ ...seen }))).toBe(20_000);
    let asked = 0;
    const moving = () => ({ ...seen, nextOffset: ++asked < 10 ? 5 : 6 });
    await expect(watched(moving)).rejects.toThrow(/^t\/0: another process has just saved its checkpoint\. Stop all/);
    expect(asked).toBe(10);
  });

  describe('with a process that runs', () => {
    let record: string;
    let front: Front;
    beforeAll(async () => {
      record = await mkdtemp(join(tmpdir(), 'overreach-server-'));
      front = await startFront({ path: record });
    });
    afterAll(async () => {
      await front.close();
      await rm(record, { recursive: true, force: true });
    });

    it('is refused from a folder of its own too; with --force the process ends, and says why', async () => {
      const settings = {
        data_dir: 'data',
        store: { kind: 'clickhouse' as const, url: front.url, username: 'default' },
        checkpoint: { every_seconds: 1 },
      };
      const [runs, elsewhere] = [await house(settings), await house(settings)];
      const service = await runs.start();
      const ended = service.done.catch((error: Error) => error.message);
      const rebuild = (...more: string[]) =>
        spawned(['baseline', 'rebuild', '--from', '2026-01-01', '--config', elsewhere.config, ...more]);
      try {
        let n = 0;
        await post(service.url, [call(n++)]);
        await service.pipeline.checkpoint();
        let refused: Awaited<ReturnType<typeof rebuild>> | undefined;
        const trying = rebuild().then((answer) => {
          refused = answer;
        });
        while (refused === undefined) await post(service.url, [call(n++)]);
        await trying;
        expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('http/0: another process has just') });
        expect((await rebuild('--force')).out).toMatch(/the checkpoint was replaced/);
        await post(service.url, [call(n++)]);
        await expect(service.pipeline.checkpoint()).rejects.toThrow(/^http\/0: its baseline was rebuilt/);
        await post(service.url, [call(n++)]).catch(() => {});
        expect(await ended).toMatch(/^http\/0: its baseline was rebuilt/);
      } finally {
        await service.stop().catch(() => {});
        await Promise.all([runs.remove(), elsewhere.remove()]);
      }
    }, 180_000);
  });
});
