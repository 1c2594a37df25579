import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createReconciler } from '../../src/commands/support/reconciler.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { loadConfig } from '../../src/config.ts';
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

  it('goes on over a rebuild of the baselines, which leaves rows and places alone', async () => {
    await post(service!.url, [...calls(0, 10), { no: 'event' }]);
    await service!.stop();
    service = null;
    const before = await spawned(['reconcile', '--json', '--config', home.config]);
    expect(JSON.parse(before.out)).toMatchObject({ folded: 10, rejected: 1, stored: 11, missing: 0 });
    const rebuild = (from: string, ...more: string[]) =>
      spawned(['baseline', 'rebuild', '--from', from, ...more, '--config', home.config]);
    expect(await rebuild('2030-01-01')).toMatchObject({ code: 2, err: expect.stringMatching(/no event .*changed/) });
    const same = { partition: 'http/0', events: 10, agents: 1, changed: [], replaced: false };
    expect((await rebuild('2000-01-01', '--dry-run', '--json')).out).toBe(`${JSON.stringify(same)}\n`);
    expect((await rebuild('2000-01-01')).out).toMatch(/every state is as it was.*was replaced/);
    expect((await spawned(['reconcile', '--json', '--config', home.config])).out).toBe(before.out);
  }, 120_000);

  it('tells rows that are gone once, with exit code 1 and an alert that stays open until they are back', async () => {
    await post(service!.url, calls(0, 10));
    await command('CREATE TABLE kept ENGINE = Memory AS SELECT * FROM events WHERE offset IN (3, 4)');
    await command('DELETE FROM events WHERE offset IN (3, 4)');
    const gone = { folded: 10, stored: 8, missing: 2 };
    expect(await counts()).toMatchObject({ code: 0, from: 0, ...gone });
    expect(await alerts()).toEqual([{ title: '2 records of http/0 are missing', stage: 'open' }]);
    await post(service!.url, calls(10, 12));
    expect(await counts()).toMatchObject({ code: 1, from: 10, folded: 2, stored: 2, missing: 0 });
    expect(await alerts()).toEqual([{ title: '2 records of http/0 are missing', stage: 'open' }]);
    expect(service!.reconciler.differences).toMatchObject([gone]);
    await command('INSERT INTO events SELECT * FROM kept');
    expect(await alerts()).toMatchObject([{ stage: 'close' }]);
    expect(await counts()).toMatchObject({ code: 0, missing: 0 });
  }, 60_000);

  it('what retention took of a partition that was quiet is not missing', async () => {
    await post(service!.url, calls(0, 10));
    await service!.pipeline.checkpoint();
    await command('DELETE FROM events WHERE true');
    const { store, pipeline } = service!;
    const { config } = loadConfig(home.config);
    const later = Date.now() + config.retention.events_days * 86_400_000;
    const reconciler = createReconciler({ store, pipeline, config, now: () => later });
    await reconciler.look();
    expect([reconciler.differences, pipeline.held.get('http/0')!.tally]).toMatchObject([[], { from: 10, at: later }]);
  });

  it('an event that came again long after is in the record once, and nothing is missing', async () => {
    await post(service!.url, calls(0, WINDOW + 5));
    await post(service!.url, calls(0, 2));
    await command('OPTIMIZE TABLE events FINAL');
    expect(await counts()).toMatchObject({ code: 0, folded: WINDOW + 7, stored: WINDOW + 5, missing: 2 });
    expect(await alerts()).toEqual([]);
    expect(service!.reconciler.differences).toEqual([]);
  });
});
