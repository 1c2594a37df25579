import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../schemas/alert.ts';
import type { DeliverySummary } from '../../schemas/api.ts';
import { type AlertsPort, alertsCommand } from '../../src/commands/alerts.ts';
import type { AlertFilter } from '../../src/stores/store.ts';
import { alertNumber, alertOf } from '../alerts/support.ts';
import { NASTY } from '../contracts/channel.ts';
import { jsonLines } from '../support/json-lines.ts';

const row: DeliverySummary = {
  delivery_id: 'd-1',
  revision: 1,
  channel: 'soc',
  state: 'failed',
  attempt: 2,
  next_attempt_at: new Date(1_795_000_300_000).toISOString(),
  at: new Date(1_795_000_000_000).toISOString(),
  status: 503,
  detail: `no\n${NASTY}`,
};
const verdict: Verdict = {
  alert_id: alertOf().alert_id,
  verdict: 'safe',
  reason: 'planned',
  author: 'mia',
  at: '2026-11-20T15:00:00.000Z',
};

async function run(args: string[], over: Partial<AlertsPort> = {}) {
  let out = '';
  let closed = 0;
  const asked: unknown[] = [];
  const port: AlertsPort = {
    list: async (filter: AlertFilter) => {
      asked.push(filter);
      return [alertNumber(1), alertNumber(2, { title: `did ${NASTY}`, agent: { id: '=cmd()' } })];
    },
    show: async (id) =>
      id === alertOf().alert_id ? { alert: alertOf(), context: {}, verdicts: [verdict], deliveries: [row] } : null,
    deliveries: async () => [row],
    resend: async (what) => {
      asked.push(what);
      return 3;
    },
    test: async () => ({ ok: true, status: 204, detail: 'No Content' }),
    verdict: async (id, body) => {
      asked.push({ id, ...body });
      return verdict;
    },
    verdicts: async (limit) => {
      asked.push(limit);
      const said = { ...verdict, detector: 'rate', agent: 'support-7', hidden: 41 };
      return [
        { ...said, title: 'support-7: a burst' },
        { ...said, verdict: 'dismissed', title: `did ${NASTY}`, reason: '' },
      ];
    },
    close: async () => {
      closed += 1;
    },
    ...over,
  };
  const command = alertsCommand({
    open: async () => port,
    screen: { write: (text) => (out += text), color: false, width: 120 },
  });
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ writeErr: () => {} });
  const error: unknown = await command.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { out, asked, closed, error: error instanceof Error ? error.message : error };
}

describe('overreach alerts', () => {
  it('lists what is asked for, a line each, whatever the text', async () => {
    const { out, asked, closed } = await run([
      'list',
      '--agent',
      'support-7',
      '--severity',
      'high',
      '--status',
      'new',
      '--since',
      '2026-11-20T00:00:00Z',
      '--limit',
      '2',
    ]);
    expect(asked).toEqual([
      { agent: 'support-7', minSeverity: 'high', status: 'new', since: Date.parse('2026-11-20T00:00:00Z'), limit: 2 },
    ]);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    expect(out).not.toContain('\u001b');
    expect(closed).toBe(1);
  });

  it('lists for machines and for spreadsheets', async () => {
    const { out } = await run(['list', '--json']);
    expect(jsonLines(out).map(({ alert_id }) => alert_id)).toEqual([alertNumber(1).alert_id, alertNumber(2).alert_id]);
    expect((await run(['list', '--csv'])).out).toContain(`"'=cmd()"`);
  });

  it('shows one alert with its verdicts and deliveries', async () => {
    const { out } = await run(['show', alertOf().alert_id]);
    for (const part of ['HIGH  support-7', 'mia: safe, planned', 'soc', 'failed', '503']) expect(out).toContain(part);
    expect(out).not.toContain('\u001b');
    expect(await run(['show', 'none'])).toMatchObject({ error: 'no alert none', closed: 1 });
  });

  it('puts deliveries back by id or by time, and by neither refuses', async () => {
    expect(await run(['resend', '--id', 'a', '--id', 'b', '--channel', 'soc'])).toMatchObject({
      out: '3 deliveries put back\n',
      asked: [{ ids: ['a', 'b'], channel: 'soc' }],
    });
    expect(await run(['resend', '--since', '2026-11-20T00:00:00Z'])).toMatchObject({
      asked: [{ ids: [], since: Date.parse('2026-11-20T00:00:00Z') }],
    });
    expect(await run(['resend'])).toMatchObject({ error: 'alerts resend: give --id or --since', asked: [] });
  });

  it('tests a channel, and fails where the example did not arrive', async () => {
    expect(await run(['test', '--channel', 'soc'])).toMatchObject({ out: 'soc: delivered (204)\n' });
    const failing = await run(['test', '--channel', 'soc'], {
      test: async () => ({ ok: false, status: 0, detail: 'TLS: expired', retry: true }),
    });
    expect(failing.error).toBe('soc: not delivered: TLS: expired');
    expect((await run(['test'])).error).toContain('--channel');
  });

  it('lists verdicts with what each has hidden since', async () => {
    const { out, asked } = await run(['verdicts', '--limit', '9']);
    expect(asked).toEqual([9]);
    const [, safe, dismissed] = out.trimEnd().split('\n');
    expect(safe).toMatch(/mia +safe +hid 41 since +support-7: a burst …/);
    expect(dismissed).not.toContain('hid');
    expect(out.split('\n')).toHaveLength(4);
    const more = await run(['verdicts', '--limit', '1001']);
    expect(more.asked).toEqual([]);
    expect(more.error).toContain('at most 1000');
  });

  it('takes a verdict', async () => {
    const { asked, out } = await run([
      'verdict',
      'a1',
      'safe',
      '--reason',
      'planned',
      '--expires',
      '2026-12-01T00:00:00Z',
    ]);
    expect(asked).toEqual([{ id: 'a1', verdict: 'safe', reason: 'planned', expires_at: '2026-12-01T00:00:00.000Z' }]);
    expect(out).toBe('2026-11-20T15:00:00.000Z  mia: safe, planned\n');
    const until = await run(['verdict', 'a1', 'safe', '--expires', '2026-12-01']);
    expect(until.asked).toMatchObject([{ expires_at: '2026-12-01T23:59:59.999Z' }]);
    expect((await run(['verdict', 'a1', 'fine'])).error).toContain('safe, dismissed, compromised, acknowledged');
  });

  it.each([
    ['list', '--since', 'yesterday'],
    ['list', '--limit', '0'],
    ['list', '--severity', 'grave'],
  ])('refuses %j', async (...args) => {
    const { error, asked } = await run(args);
    expect(error).toMatch(/invalid/);
    expect(asked).toEqual([]);
  });
});
