import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { alertsCommand } from '../../src/commands/alerts.ts';
import { alertsPort } from '../../src/commands/support/alerts-port.ts';
import { reading } from '../../src/commands/support/reading.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { alertNumber } from '../alerts/support.ts';
import { jsonLines } from '../support/json-lines.ts';
import { type House, house, run } from './support.ts';

/** More than one answer holds, or one read of the record; several of one moment where a page ends. */
const COUNT = 1_200;
const START = Date.UTC(2026, 10, 20);
const ALERTS = Array.from({ length: COUNT }, (_, n) =>
  alertNumber(n, {
    detector: `d-${n % 7}`,
    reason: `r-${n}`,
    occurred_at: new Date(START + Math.floor(n / 3) * 1_000).toISOString(),
  }),
);
const TOKEN = 'a-token-of-the-soc-team';

let held: House;
let service: Service;
beforeAll(async () => {
  held = await house();
  process.env.SOC_TOKEN = TOKEN;
  await held.configure({
    http: { port: 0, tokens: [{ name: 'soc', token_env: 'SOC_TOKEN', roles: ['read', 'respond'] }] },
    alerts: { channels: [{ kind: 'file', name: 'soc', path: join(held.folder, 'told.jsonl') }] },
  });
  service = await held.start();
  await service.store.writeAlerts(ALERTS);
  await service.notifier.notify(ALERTS);
  await service.notifier.drain(150_000);
}, 180_000);
afterAll(async () => {
  delete process.env.SOC_TOKEN;
  await service.stop();
  await held.remove();
});

async function alerts(...args: string[]) {
  let out = '';
  const screen = { write: (text: string) => (out += text), color: false, width: 120 };
  const command = reading((open) =>
    alertsCommand({
      open: async (config) => alertsPort(await open(config), screen),
      screen,
    }),
  );
  return { error: await run(command, [...args, '--config', held.config, '--token', TOKEN]), out };
}
const ids = (lines: string): string[] => jsonLines<Alert>(lines).map(({ alert_id }) => alert_id);
const told = async (): Promise<string[]> => ids(await readFile(join(held.folder, 'told.jsonl'), 'utf8'));

it('lists as many as it is asked for by way of the server, each once', async () => {
  const newest = [...ALERTS].sort((a, b) => Date.parse(b.occurred_at) - Date.parse(a.occurred_at));
  const listed = ids((await alerts('list', '--json', '--limit', '1100')).out);
  expect(new Set(listed).size).toBe(1_100);
  expect(new Set(listed)).toEqual(new Set(newest.slice(0, 1_100).map(({ alert_id }) => alert_id)));
  expect(ids((await alerts('list', '--json', '--limit', '5000')).out)).toHaveLength(COUNT);
});

it('puts back every alert since a time, oldest first', async () => {
  const before = (await told()).length;
  const since = new Date(START + 10_000).toISOString();
  const [early, late] = [ALERTS[1]!.alert_id, ALERTS[1_000]!.alert_id];
  const { out } = await alerts('resend', '--since', since, '--id', late, '--id', early, '--json');
  expect(out).toBe(`${JSON.stringify({ resent: COUNT - 30 + 1 })}\n`);
  await service.notifier.drain(150_000);
  const again = (await told()).slice(before);
  expect(again).toEqual([early, ...ALERTS.slice(30).map(({ alert_id }) => alert_id)]);
  expect((await alerts('resend', '--since', since, '--channel', 'nobody')).error).toMatch(/none is named nobody/);
}, 180_000);
