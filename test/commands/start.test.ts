import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ConfigInput } from '../../schemas/config.ts';
import { createHome, type Home, startHere } from '../support/service.ts';
import { spawned } from './support.ts';

let home: Home;
let nobody: string;
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  nobody = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await once(server, 'close');
});
afterEach(() => home.remove());

/** A topic to be re-keyed, of brokers of which none answers. */
const at = async (more: ConfigInput = {}): Promise<void> => {
  const kafka = { brokers: [nobody], topics: [{ name: 'raw', keyed_by_agent: false }] };
  home = await createHome({ sources: { kafka }, ...more });
};

it('brokers that do not answer are named, in one line', async () => {
  await at();
  const { code, err } = await spawned(['up', '--config', home.config]);
  expect(code).toBe(1);
  expect(err).toMatch(/^overreach: sources\.kafka\.brokers: 127\.0\.0\.1:\d+: topic \S+ can be neither found.*\n$/);
}, 60_000);

it.each([
  ['alerts.channels.0', { alerts: { channels: [{ kind: 'webhook', name: 'soc', url: 'https://soc.example/hook' }] } }],
  ['alerts.routes', { alerts: { channels: [], routes: [{ channels: ['nobody'] }] } }],
  ['http.host', { http: { host: '0.0.0.0', port: 0 } }],
] as [string, ConfigInput][])('a mistake in %s is told before any broker is asked', async (path, mistake) => {
  await at(mistake);
  await expect(startHere(home)).rejects.toMatchObject({ name: 'ConfigError', message: expect.stringContaining(path) });
});

it('what could not start holds nothing: the next one finds the folder free', async () => {
  await at();
  await expect(startHere(home)).rejects.toThrow(/brokers/);
  expect(await spawned(['status', '--config', home.config])).toMatchObject({ code: 0, err: '' });
}, 60_000);
