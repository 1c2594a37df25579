import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import { alertAnswer } from '../../schemas/api.ts';
import { agentsCommand } from '../../src/commands/agents.ts';
import { alertsCommand } from '../../src/commands/alerts.ts';
import { connectionsCommand } from '../../src/commands/connections.ts';
import { grantsCommand } from '../../src/commands/grants.ts';
import { agentsPort } from '../../src/commands/support/agents-port.ts';
import { alertsPort } from '../../src/commands/support/alerts-port.ts';
import { connectionsPort } from '../../src/commands/support/connections-port.ts';
import { reading } from '../../src/commands/support/reading.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { alertNumber } from '../alerts/support.ts';
import { jsonLines, linesIn } from '../support/json-lines.ts';
import { call, type House, house, post, run, spawned } from './support.ts';

const TOKEN = 'a-token-of-the-soc-team';
const FIRST = alertNumber(1, { session_id: 's-1', agent: { id: 'support-1' } });
/** Of the same call as the first. */
const BESIDE = alertNumber(3, { agent: { id: 'support-1' }, detector: 'connection', severity: 'low' });
const SECOND = alertNumber(2, { alert_id: '5f0c3a9e'.repeat(4) });

let held: House;
beforeAll(async () => {
  held = await house();
  process.env.SOC_TOKEN = TOKEN;
  const tokens = [{ name: 'soc', token_env: 'SOC_TOKEN', roles: ['read', 'respond', 'ingest'] as const }];
  const channels = [{ kind: 'file' as const, name: 'soc', path: join(held.folder, 'told.jsonl') }];
  await held.configure({
    http: { port: 0, tokens: tokens.map((token) => ({ ...token, roles: [...token.roles] })) },
    alerts: { channels },
  });
});
afterAll(async () => {
  delete process.env.SOC_TOKEN;
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

async function connections(...args: string[]) {
  let out = '';
  const command = reading((open) =>
    connectionsCommand({
      open: async (config) => connectionsPort(await open(config)),
      write: (text) => (out += text),
    }),
  );
  return { error: await run(command, [...args, '--config', held.config, '--token', TOKEN]), out };
}

async function agents(...args: string[]) {
  let out = '';
  const command = reading((open) =>
    agentsCommand({
      open: async (config) => agentsPort(await open(config)),
      write: (text) => (out += text),
      now: () => Date.UTC(2026, 10, 21),
    }),
  );
  return { error: await run(command, [...args, '--config', held.config, '--token', TOKEN]), out };
}

async function grants(...args: string[]) {
  let out = '';
  const now = () => Date.UTC(2026, 10, 21);
  const world = { write: (text: string) => (out += text), warn: (text: string) => (out += text), now };
  const command = reading((open) => grantsCommand({ open, ...world }));
  return { error: await run(command, [...args, '--config', held.config, '--token', TOKEN]), out };
}

const told = async (): Promise<string[]> =>
  linesIn(await readFile(join(held.folder, 'told.jsonl'), 'utf8').catch(() => ''));

/** What is the same, whoever holds the record. */
async function works(author: string): Promise<void> {
  const listed = jsonLines<Alert>((await alerts('list', '--json', '--limit', '10')).out);
  expect(listed.map(({ alert_id }) => alert_id).sort()).toEqual(
    [FIRST, SECOND, BESIDE].map((one) => one.alert_id).sort(),
  );
  expect(jsonLines((await alerts('list', '--json', '--agent', 'support-1')).out)).toEqual(
    expect.arrayContaining([FIRST, BESIDE].map(({ alert_id }) => expect.objectContaining({ alert_id }))),
  );

  const [shown] = jsonLines<z.infer<typeof alertAnswer>>((await alerts('show', FIRST.alert_id, '--json')).out);
  expect(alertAnswer.strict().parse(shown)).toEqual(shown);
  expect(jsonLines((await alerts('deliveries', FIRST.alert_id, '--json')).out)).toEqual(shown!.deliveries);
  expect(shown).toMatchObject({ alert: { title: FIRST.title }, deliveries: [{ channel: 'soc', state: 'delivered' }] });
  expect(shown!.calls).toHaveLength(2);
  const { alert_id, detector, severity } = BESIDE;
  expect(shown!.beside).toEqual([{ alert_id, detector, severity }]);
  expect(jsonLines((await alerts('show', '5f0c3a9', '--json')).out)).toMatchObject([
    { alert: { title: SECOND.title } },
  ]);
  expect((await alerts('show', '5F0C3A9', '--json')).out).toContain(SECOND.alert_id);
  expect((await alerts('show', '5f0c')).error).toMatch(/^OperationError: no alert 5f0c: at least 6 characters/);
  expect((await alerts('show', 'none')).error).toBe('OperationError: no alert none');
  expect((await alerts('deliveries', 'none')).error).toMatch(/^OperationError: no alert none/);
  expect((await alerts('deliveries', FIRST.alert_id)).out).toMatch(/soc +1 +delivered/);

  const before = (await told()).length;
  expect((await alerts('resend', '--id', FIRST.alert_id, '--json')).out).toContain('{"resent":1}');
  await expect.poll(async () => (await told()).length).toBe(before + 1);
  expect((await alerts('resend', '--id', 'none')).error).toMatch(/^OperationError: no alert none/);

  const pasted = `on it, like ${FIRST.alert_id}: ghp_${'aB3dE6gH9j'.repeat(4).slice(0, 36)}`;
  const kept = expect.stringMatching(new RegExp(`^on it, like ${FIRST.alert_id}: \\[redacted:github:[0-9a-f]{16}\\]$`));
  const { out } = await alerts('verdict', SECOND.alert_id, 'acknowledged', '--reason', pasted, '--json');
  expect(jsonLines(out)).toMatchObject([{ verdict: 'acknowledged', author, reason: kept }]);
  expect(jsonLines((await alerts('verdicts', '--json')).out)).toContainEqual(
    expect.objectContaining({
      alert_id: SECOND.alert_id,
      author,
      reason: kept,
      detector: SECOND.detector,
      title: SECOND.title,
      hidden: 0,
    }),
  );
  expect((await alerts('verdict', 'none', 'safe')).error).toMatch(/^OperationError: no alert none/);
  const late = await alerts('verdict', SECOND.alert_id, 'safe', '--expires', '2020-01-01');
  expect(late.error).toMatch(/^ConfigError: .*it is past, the verdict would never hold/);
  expect(jsonLines<Alert>((await alerts('list', '--json')).out)).toContainEqual(
    expect.objectContaining({ alert_id: SECOND.alert_id, status: 'acknowledged' }),
  );

  expect((await alerts('test', '--channel', 'soc')).out).toContain('soc: delivered');
  expect((await alerts('test', '--channel', 'nobody')).error).toMatch(/^ConfigError: .*none is named nobody/);

  await connections('review', 'support-1', 'tickets', '--note', pasted);
  expect(jsonLines((await connections('list', '--json')).out)).toMatchObject([
    { agent: 'support-1', server: 'tickets', calls: 2, reviewed_by: author, review_note: kept },
  ]);
  expect((await connections('review', 'support-1', 'vault')).error).toMatch(/^ConfigError: .*no connection/);

  expect(jsonLines((await grants('diff', '--json', '--days', '30')).out)).toMatchObject([
    { agent: 'support-1', server: 'tickets', target: 'get_ticket', used: 2 },
  ]);
  const everybody = jsonLines((await agents('--json', '--days', '4000')).out);
  expect(everybody).toMatchObject([{ agent: 'support-1', calls: 2, classes: ['read'], out_of_scope: 0 }]);
  expect((await agents('none')).error).toMatch(/^OperationError: none made no call/);
  expect((await agents('support-1', '--days', '4000')).out).toMatch(/0 denied; learned \d+ %/);

  expect((await grants('suggest', '--agent', 'support-1')).out).toContain('get_ticket');
}

describe('while up holds the folder', () => {
  let service: Service;
  beforeAll(async () => {
    service = await held.start();
    await post(service.url, [call(1), call(2)], TOKEN);
    await service.store.writeAlerts([FIRST, SECOND, BESIDE]);
    await service.notifier.notify([FIRST, SECOND]);
    await service.notifier.drain(10_000);
  });
  afterAll(() => service.stop());

  it('alerts, connections and grants go by way of it', () => works('soc'));

  it('is the same as a program of its own', async () => {
    const env = { OVERREACH_TOKEN: TOKEN };
    const listed = await spawned(['alerts', 'list', '--config', held.config], env);
    expect(listed.code).toBe(0);
    expect(listed.out).toContain(FIRST.alert_id);
    const none = await spawned(['alerts', 'show', 'none', '--config', held.config], env);
    expect(none).toMatchObject({ code: 1, err: 'overreach: no alert none\n' });
    const refused = await spawned(['alerts', 'list', '--config', held.config, '--token', 'of-somebody-else'], env);
    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/the token is not known/);
    expect((await spawned(['grants', 'diff', '--config', held.config], env)).code).toBe(0);
    expect((await spawned(['connections', 'list', '--config', held.config], env)).out).toContain('tickets');
  });
});

describe('when nobody runs', () => {
  it('alerts, connections and grants come from the folder', () => works(userInfo().username));

  it('a verdict of what it was holds for the next run, and is told', async () => {
    const before = (await told()).length;
    await alerts('verdict', FIRST.alert_id, 'safe', '--reason', 'planned');
    await expect.poll(async () => (await told()).length).toBe(before + 1);
    const service = await held.start();
    try {
      const version = await service.store.newestInput('verdicts');
      expect(JSON.parse(version!.content)).toMatchObject([{ verdict: 'safe', alertId: FIRST.alert_id }]);
      expect(await service.store.alert(FIRST.alert_id)).toMatchObject({ status: 'resolved' });
    } finally {
      await service.stop();
    }
  });
});
