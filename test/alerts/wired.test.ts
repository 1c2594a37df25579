import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { AroundAlert } from '../../schemas/api.ts';
import { configSchema } from '../../schemas/config.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import { contextFrom, contextOf } from '../../src/commands/support/alert-context.ts';
import { createAlerting } from '../../src/commands/support/alerting.ts';
import type { Service } from '../../src/commands/support/service.ts';
import { QueryError } from '../../src/errors.ts';
import { rowsOf } from '../stores/support.ts';
import { jsonLines } from '../support/json-lines.ts';
import { BEARER, createHome, ENV, type Home, post, startHere } from '../support/service.ts';
import { alertOf, noMetrics, silentLog } from './support.ts';

const event = (id: string, agent: string, name: string): NativeEvent => ({
  event_id: id,
  occurred_at: new Date().toISOString(),
  agent: { id: agent },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { name },
});

describe('a running service', () => {
  let home: Home;
  let service: Service;
  beforeAll(async () => {
    home = await createHome(
      {
        http: {
          port: 0,
          tokens: [{ name: 'gw-1', token_env: 'ADMIN_TOKEN', roles: ['admin', 'ingest'], agents: ['team-*'] }],
        },
        alerts: { channels: [{ kind: 'file', name: 'soc', path: 'told.jsonl', min_severity: 'info' }] },
      },
      {
        grants: [{ id: 'reads', effect: 'allow', agents: ['team-*'], servers: ['tickets'], targets: ['get_*'] }],
        changes: [
          { agents: ['team-moving'], from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z', reason: 'migration' },
        ],
      },
    );
    service = await startHere(home);
  });
  afterAll(async () => {
    await service.stop();
    await home.remove();
  });

  const told = async (): Promise<Alert[]> => {
    await service.notifier.drain(10_000);
    return jsonLines<Alert>(await readFile(join(home.folder, 'told.jsonl'), 'utf8').catch(() => ''));
  };

  it('tells of eight agents that do the same as of one thing, beside its configuration', async () => {
    await post(
      service.url,
      Array.from({ length: 8 }, (_, n) => event(`e${n}`, `team-${n}`, 'export_all')),
      '',
    );
    const alerts = (await told()).filter(({ detector }) => detector === 'out-of-scope');
    expect(alerts.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^8 agents: called tickets\/export_all \(class \w+\), which no grant covers/),
    ]);
    const kept = await rowsOf(service.store, alerts[0]!.proof.sql);
    expect(kept.map(({ agent_id }) => agent_id).sort()).toEqual(Array.from({ length: 8 }, (_, n) => `team-${n}`));
    const [row] = await service.store.deliveries(String(kept[0]!.alert_id));
    expect(row).toMatchObject({
      state: 'given_up',
      detail: `part of storm ${alerts[0]!.alert_id}, told as ${alerts[0]!.severity}`,
    });
  });

  it('tells of a token that speaks for others, once', async () => {
    const answer = await fetch(`${service.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ENV.ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(event('x1', 'billing-bot', 'get_ticket')),
    });
    expect(answer.status).toBe(400);
    await service.watch.look();
    await service.watch.look();
    const alerts = (await told()).filter(({ reason }) => reason === 'forbidden_agent');
    expect(alerts.map(({ title, stage }) => [title, stage])).toEqual([
      ['Token gw-1 spoke for agents that are not its own: billing-bot', 'open'],
    ]);
    const [refused] = await rowsOf(service.store, alerts[0]!.proof.sql);
    expect(refused!.raw).toContain('billing-bot');
  });

  it.each([
    ['a session', (n: number) => ({ session_id: `s-${n}` })],
    ['a trace', (n: number) => ({ trace_id: `${n}`.repeat(32) })],
    ['a task', (n: number) => ({ task: { id: `release/${n}` } })],
    ['nothing but time', () => ({})],
  ])('shows the calls that led to an alert, where %s holds them together', async (what, mark) => {
    const agent = `team-${what.replaceAll(' ', '-')}`;
    const began = Date.now();
    const at = (ms: number, id: string, name: string, more: object) => ({
      ...event(`${agent}-${id}`, agent, name),
      occurred_at: new Date(began + ms).toISOString(),
      ...more,
    });
    const elsewhere = what === 'nothing but time' ? { session_id: 's-other' } : mark(2);
    await post(
      service.url,
      [
        at(1, 'a', 'get_ticket', mark(1)),
        at(2, 'b', 'get_other', elsewhere),
        at(3, 'c', `purge_${agent}`, mark(1)),
        at(4, 'd', 'get_later', mark(1)),
      ],
      '',
    );
    const alert = (await told()).find(({ agent: { id }, detector }) => id === agent && detector === 'out-of-scope')!;
    const { calls } = await contextFrom(service.store, Date.now)(alert);
    expect(calls?.map(({ target, told }) => [target, told])).toEqual([
      ['get_ticket', false],
      [`purge_${agent}`, true],
    ]);
  });

  it('shows an alert also where the record does not say in time what led there', async () => {
    await service.store.writeAlerts([alertOf()]);
    const slow = vi.spyOn(service.store, 'query').mockRejectedValue(new QueryError('the query took longer than 5 s'));
    const answer = await fetch(`${service.url}/v1/alerts/${alertOf().alert_id}`, { headers: BEARER });
    slow.mockRestore();
    const { first_step, calls } = (await answer.json()) as AroundAlert;
    expect([answer.status, first_step, calls]).toEqual([200, expect.any(String), undefined]);
  });

  it('gives messages the address of their alert, where the page has one', async () => {
    const printed: string[] = [];
    const { notifier } = createAlerting({
      config: configSchema.parse({ alerts: { page: 'https://soc.example:8443/overreach' } }).alerts,
      store: service.store,
      world: { secret: () => '', write: (text) => printed.push(text), color: false },
      context: () => Promise.reject(new Error('the store is away')),
      metrics: noMetrics,
      log: silentLog,
    });
    await service.store.writeAlerts([alertOf()]);
    await notifier.notify([alertOf()]);
    await notifier.drain(5_000);
    await notifier.close();
    expect(printed.join('')).toContain(
      `Page          https://soc.example:8443/overreach/#alert=${alertOf().alert_id}\n`,
    );
  });

  it('waits for the events of an alert that went ahead of them, and no longer than that', async () => {
    const row = { at: 'now', server: 's', target: 't', class: 'read', outcome: 'ok', event_id: 'ev-2', event_key: 'k' };
    const answers = [[], [{ ...row, event_id: 'ev-0' }], [row]];
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    const context = await contextOf(async () => answers.shift() ?? [], alertOf(), pause);
    expect([context.calls?.length, pauses]).toEqual([1, 2]);
    const sameMoment = { ...row, event_id: 'ev-0', at: alertOf().occurred_at };
    await contextOf(async () => [sameMoment], alertOf(), pause);
    expect(pauses, 'what happened then is stored').toBe(2);
    await contextOf(async () => [], alertOf(), pause);
    expect(pauses).toBeLessThan(12);
    const { session_id, ...without } = alertOf();
    const noCalls = async (sql: string) =>
      sql.includes('v_events') ? expect.unreachable(`asked for ${session_id}`) : [];
    expect(await contextOf(noCalls, without, pause)).toEqual({});
  });

  it('counts what an announced change explains, and does not tell it', async () => {
    const before = (await told()).length;
    await post(
      service.url,
      [1, 2, 3].map((n) => event(`m${n}`, 'team-moving', `migrate_${n}`)),
      '',
    );
    expect(await told()).toHaveLength(before);
    const text = await (await fetch(`${service.url}/metrics`, { headers: BEARER })).text();
    const explained = Number(/^overreach_findings_explained_total (\d+)$/m.exec(text)?.[1]);
    expect(explained).toBeGreaterThanOrEqual(3);
  });

  it('measures how long rows took, and what a checkpoint wrote', async () => {
    await service.pipeline.checkpoint();
    const text = await (await fetch(`${service.url}/metrics`, { headers: BEARER })).text();
    const of = (name: string) => Number(new RegExp(`^overreach_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    expect(of('latency_seconds_count')).toBeGreaterThan(0);
    expect(of('latency_seconds_sum') / of('latency_seconds_count')).toBeLessThan(60);
    expect(of('state_bytes\\{partition="http/0"\\}')).toBeGreaterThan(100);
  });

  it('says nothing of itself where all is well', async () => {
    await service.watch.look();
    expect((await told()).filter(({ detector }) => detector === 'operational')).toEqual([]);
  });
});
