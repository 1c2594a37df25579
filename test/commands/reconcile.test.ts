import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Service } from '../../src/commands/support/service.ts';
import { connectChdb } from '../../src/stores/chdb.ts';
import { call, type House, house, post, spawned } from './support.ts';

const WINDOW = 20;
const calls = (from: number, to: number): object[] => Array.from({ length: to - from }, (_, at) => call(from + at));

describe('what was counted against what is stored', () => {
  let home: House;
  let service: Service | null;
  beforeEach(async () => {
    home = await house();
    await home.configure({ data_dir: 'data', checkpoint: { dedupe_window: WINDOW } });
    service = await home.start();
  }, 60_000);
  afterEach(async () => {
    await service?.stop();
    await home.remove();
  });

  const counts = async () => {
    await service!.pipeline.checkpoint();
    const { code, out } = await spawned(['reconcile', '--json', '--config', home.config]);
    return { code, ...(JSON.parse(out.split('\n')[0]!) as Record<string, unknown>) };
  };
  /** Straight to the engine, as somebody with a client of their own might. */
  async function command(sql: string): Promise<void> {
    const connection = await connectChdb({ path: `${home.folder}/data/chdb`, database: 'overreach' });
    await connection.command(sql);
    await connection.close();
  }
  const alerts = async () => {
    await service!.reconciler.look();
    await service!.watch.look();
    const limits = { maxRows: 10, maxSeconds: 10, maxBytes: 1e6 };
    const sql = "SELECT title, stage FROM v_alerts WHERE reason = 'reconcile_difference'";
    return (await service!.store.query(sql, limits)).rows;
  };

  it('adds up over events, repeats and rejects, after a restart too, and the counting goes on from there', async () => {
    await post(service!.url, [...calls(0, 30), ...calls(25, 30), { no: 'event' }]);
    const first = { folded: 30, duplicates: 5, rejected: 1, stored: 31, missing: 0 };
    expect(await counts()).toMatchObject({ code: 0, from: 0, to: 36, ...first });
    await service!.stop();
    service = await home.start();
    await post(service.url, calls(30, 40));
    expect(await counts()).toMatchObject({ code: 0, from: 0, to: 46, ...first, folded: 40, stored: 41 });
    expect(await alerts()).toEqual([]);
    await post(service.url, calls(40, 43));
    expect(await counts()).toMatchObject({
      code: 0,
      from: 46,
      to: 49,
      folded: 3,
      duplicates: 0,
      stored: 3,
      missing: 0,
    });
  });

  it('tells rows that are gone, with exit code 1 and an alert that stays open until they are back', async () => {
    await post(service!.url, calls(0, 10));
    await command('DELETE FROM events WHERE offset IN (3, 4)');
    expect(await counts()).toMatchObject({ code: 1, folded: 10, stored: 8, missing: 2 });
    expect(await alerts()).toEqual([{ title: '2 records of http/0 are missing', stage: 'open' }]);
    await post(service!.url, calls(10, 12));
    expect(await counts()).toMatchObject({ code: 1, folded: 12, stored: 10, missing: 2 });
    expect(await alerts()).toHaveLength(1);
  });

  it('an event that came again long after is in the record once, and nothing is missing', async () => {
    await post(service!.url, calls(0, WINDOW + 5));
    await post(service!.url, calls(0, 2));
    await command('OPTIMIZE TABLE events FINAL');
    expect(await counts()).toMatchObject({ folded: WINDOW + 7, stored: WINDOW + 5, missing: 2 });
    expect(await alerts()).toEqual([]);
    expect(service!.reconciler.differences).toEqual([]);
  });
});
