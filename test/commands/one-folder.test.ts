import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holderOf } from '../../src/commands/support/lock.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { type Front, startFront } from '../support/chdb-http-front.ts';
import { startChild } from '../support/service.ts';
import { type House, house, spawned } from './support.ts';

describe('two processes with one data folder, on a server', () => {
  let record: string;
  let front: Front;
  let home: House;
  let service: Service | null = null;
  beforeAll(async () => {
    record = await mkdtemp(join(tmpdir(), 'overreach-server-'));
    front = await startFront({ path: record });
    home = await house();
    await home.configure({ data_dir: 'data', store: { kind: 'clickhouse', url: front.url, username: 'default' } });
  });
  afterEach(async () => {
    await service?.stop();
    service = null;
  });
  afterAll(async () => {
    await home.remove();
    await front.close();
    await rm(record, { recursive: true, force: true });
  });
  const folder = () => join(home.folder, 'data');
  const lock = () =>
    stat(join(folder(), 'overreach.lock')).then(
      () => 'there',
      () => 'none',
    );

  it('the second is told who has it and what to do, and takes nothing from the first', async () => {
    service = await home.start();
    const second = await spawned(['up', '--config', home.config], { OVERREACH_HTTP_PORT: '0' });
    expect(second.code).toBe(2);
    expect(second.err).toBe(
      `overreach: ${home.config}:5: data_dir: ${folder()} is held by process ${process.pid}, the overreach on ${service.url}; ` +
        'stop it, or give this one a folder and a store.database of its own\n',
    );
    expect(await holderOf(folder())).toBe(service.url);
    await service.stop();
    expect(await lock()).toBe('none');
  }, 120_000);

  it('one that was killed stops nobody', async () => {
    const child = await startChild({ folder: home.folder, config: home.config, remove: home.remove });
    await child.kill('SIGKILL');
    expect(await lock()).toBe('there');
    service = await home.start();
    expect(await holderOf(folder())).toBe(service.url);
  }, 120_000);

  it('one that cannot start leaves no lock', async () => {
    const { port } = new URL(front.url);
    const failed = await spawned(['up', '--config', home.config], { OVERREACH_HTTP_PORT: port });
    expect(failed).toMatchObject({ code: 2, err: expect.stringContaining(`http.port: ${port}`) });
    expect(await lock()).toBe('none');
  }, 120_000);
});
