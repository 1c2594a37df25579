import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { call, type House, house, post } from './support.ts';

let here: House;
beforeEach(async () => {
  here = await house({ alerts: { channels: [] } });
});
afterEach(() => here.remove());

const path = () => join(here.folder, 'data', 'hash.key');
const run = async (...events: object[]): Promise<void> => {
  const service = await here.start();
  try {
    if (events.length > 0) await post(service.url, events);
  } finally {
    await service.stop();
  }
};

it('a record whose hash key is lost, or another one, is not written on until it is back', async () => {
  await run(call(1));
  const key = readFileSync(path(), 'utf8');

  rmSync(path());
  const lost = { name: 'ConfigError', message: expect.stringMatching(/hash\.key is not there: .*accept_new_key/) };
  await expect(here.start()).rejects.toMatchObject(lost);
  expect(existsSync(path()), 'none is made in its place').toBe(false);

  writeFileSync(path(), randomBytes(32).toString('hex'));
  await expect(here.start()).rejects.toThrow('hash.key is another one');

  writeFileSync(path(), key);
  await run(call(2));
}, 60_000);

it('another key is taken where the configuration says so, which status goes on to say', async () => {
  await run(call(1));
  rmSync(path());
  await here.configure({ redaction: { accept_new_key: true }, alerts: { channels: [] } });
  const service = await here.start();
  try {
    const status = await (await fetch(`${service.url}/v1/status`)).text();
    expect(status).toContain('redaction.accept_new_key is set');
  } finally {
    await service.stop();
  }
  await here.configure({ alerts: { channels: [] } });
  await run(call(2));
}, 60_000);

it('a record without events takes whatever key comes', async () => {
  await run();
  rmSync(path());
  await run(call(1));
}, 60_000);
