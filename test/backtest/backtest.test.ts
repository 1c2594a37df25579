import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { STORM_EXPECTED } from '../../src/alerts/own.ts';
import { byLabels, differenceOf, type ToldAlert } from '../../src/backtest/compare.ts';
import type { Backtest } from '../../src/backtest/report.ts';
import { backtestCommand } from '../../src/commands/backtest.ts';
import { openReader } from '../../src/commands/support/reader.ts';
import { loadConfig } from '../../src/config.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import { alertNumber, alertOf } from '../alerts/support.ts';
import { judged } from '../stores/support.ts';
import { ADMIN_HTTP, createHome, ENV, type Home, post, smallCompany, startHere } from '../support/service.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PICTURES = process.env.PAGE_PICTURES;
const EVIL = '<script>document.title="owned"</script>';
const CONFIG = { http: ADMIN_HTTP };

describe('overreach backtest', () => {
  let home: Home;
  const { events, grants } = smallCompany();
  const told = (alert_id: string, agent: string, session = ''): ToldAlert => ({
    alert_id,
    agent,
    detector: 'rate',
    severity: 'low',
    title: '',
    session,
    at: 0,
  });

  async function run(...args: string[]): Promise<string> {
    let said = '';
    const command = backtestCommand({
      open: () => openReader(home.config),
      write: (text) => {
        said += text;
      },
      progress: () => ({ at: () => {}, end: () => {} }),
      now: Date.now,
    });
    command.exitOverride().configureOutput({ writeErr: () => {} });
    await command.parseAsync(args, { from: 'user' });
    return said;
  }
  const json = async (...args: string[]) => JSON.parse(await run('--json', ...args)) as Backtest;
  const beside = (name: string) => join(home.folder, name);

  beforeAll(async () => {
    home = await createHome(CONFIG, grants);
    const service = await startHere(home);
    for (let from = 0; from < events.length; from += 997) await post(service.url, events.slice(from, from + 997));
    await service.stop();
  }, 240_000);
  afterAll(() => home.remove());

  it('judged again as lived is as lived, whatever the time looked at', async () => {
    const text = await run('--json', '--as-if');
    expect(text.match(/"\w*[A-Z]\w*":/g)).toBeNull();
    const { lived, as_if, difference, events: seen } = JSON.parse(text) as Backtest;
    expect(seen).toBe(events.length);
    expect(lived.alerts).toBeGreaterThan(5);
    expect(as_if).toEqual(lived);
    expect(difference).toEqual({ added: [], gone: [], newly_hit: [] });
    const [day] = lived.by_day.find(([, of]) => Object.values(of).some((n) => n > 0))!;
    const one = await json('--from', day, '--to', day, '--as-if');
    expect(one.lived.by_day.map(([name]) => name)).toEqual([day]);
    expect(one.difference).toEqual({ added: [], gone: [], newly_hit: [] });
  }, 120_000);

  it('with other settings it says what would be new and what would be gone', async () => {
    await writeFile(beside('loud.yaml'), stringify({ detectors: { 'first-seen': { threshold: 0.5 } } }));
    await writeFile(beside('off.yaml'), stringify({ detectors: { 'out-of-scope': { enabled: false } } }));
    const loud = await json('--config', beside('loud.yaml'));
    expect(loud.difference!.added.length).toBeGreaterThan(0);
    expect(loud.difference!.added.every(({ detector }) => ['first-seen', 'session'].includes(detector))).toBe(true);
    const off = await json('--config', beside('off.yaml'));
    const scope = off.lived.by_detector.find(([name]) => name === 'out-of-scope')![1];
    expect(off.difference!.gone.filter(({ detector }) => detector === 'out-of-scope').length).toBe(scope);
    expect(await run('--config', beside('off.yaml'))).toMatch(/gone +20\d\d-/);
  }, 120_000);

  it('with grants that allow nothing, work that was fine is out of scope', async () => {
    const agent = events[0]!.agent.id;
    await writeFile(
      beside('none.yaml'),
      stringify({ grants: [{ id: 'none', agents: [agent], servers: ['nowhere'] }] }),
    );
    const { difference } = await json('--grants', beside('none.yaml'));
    expect(difference!.added.some((one) => one.agent === agent && one.detector === 'out-of-scope')).toBe(true);
  }, 120_000);

  it('takes precision from verdicts and labels, recall from labels', async () => {
    expect((await json()).lived_quality!.judged).toBe(0);
    const { config } = loadConfig(home.config, ENV);
    const store = await openStore(config);
    const { rows } = await store.query('SELECT min(alert_id) AS alert_id FROM alerts', {
      maxRows: 1,
      maxSeconds: 9,
      maxBytes: 9_999,
    });
    // It holds no longer, and still says what the alert was.
    const said = { alert_id: String(rows[0]!.alert_id), author: 'me', reason: 'planned', verdict: 'safe' as const };
    await store.writeVerdicts([{ ...said, at: '2026-08-01T00:00:00.000Z', expires_at: '2026-08-02T00:00:00.000Z' }]);
    await store.close();
    expect((await json()).lived_quality).toMatchObject({ judged: 1, right: 0 });
    const labels = [
      { session_id: 'h1', label: 'hijacked' },
      { session_id: 'h2', label: 'hijacked' },
      { session_id: 'b1', label: 'benign' },
      { session_id: 'b2', label: 'benign' },
    ];
    const alerts = [told('1', 'a', 'h1'), told('2', 'a', 'b1'), told('3', 'a', 'h1'), told('4', 'a', 'unknown')];
    expect(byLabels(alerts, labels)).toEqual({ precision: 0.5, right: 1, judged: 2, recall: 0.5, hijacked: 2 });
    expect(differenceOf([told('1', 'a')], [told('2', 'b'), told('3', 'a')])).toMatchObject({
      added: [{ alert_id: '2' }, { alert_id: '3' }],
      gone: [{ alert_id: '1' }],
      newly_hit: ['b'],
    });
  }, 60_000);

  it('counts what is told of an agent that is called as we or a storm are, and nothing of either', async () => {
    const store = await openStore(loadConfig(home.config).config, '');
    const { alerts: before } = (await json()).lived;
    const at = Date.parse(events[0]!.occurred_at) + 60_000;
    const { proof } = alertOf();
    const named = (n: number, id: string, over: object = {}) =>
      alertNumber(n, { agent: { id }, occurred_at: new Date(at).toISOString(), ...over });
    await store.writeAlerts([
      named(900, 'overreach'),
      named(901, 'fleet'),
      named(902, 'overreach', { detector: 'operational' }),
      named(903, 'overreach', { detector: 'identity', reason: 'forbidden_agent' }),
      named(904, 'fleet', { proof: { ...proof, expected: STORM_EXPECTED } }),
    ]);
    await store.close();
    expect((await json()).lived.alerts).toBe(before + 2);
  }, 60_000);

  it('says what is wrong with a time or a file', async () => {
    await expect(run('--from', 'yesterday')).rejects.toThrow(/a date as 2026-06-01/);
    await expect(run('--from', '2150-01-01')).rejects.toThrow(/no events in that time/);
    await expect(run('--grants', beside('nosuch.yaml'))).rejects.toThrow(/nosuch\.yaml/);
    // Before all else: a backtest of a year would have run for nothing.
    const late = ['--from', '2150-01-01', '--report'];
    await expect(run(...late, beside('no/such.html'))).rejects.toThrow(/such\.html: cannot be written \(ENOENT\)/);
    await expect(run(...late, home.folder)).rejects.toThrow(/cannot be written \(EISDIR\)/);
    expect(existsSync(beside('late.html'))).toBe(false);
    await expect(run(...late, beside('late.html'))).rejects.toThrow(/no events in that time/);
    expect(existsSync(beside('late.html'))).toBe(false);
  }, 60_000);

  it.skipIf(!existsSync(CHROMIUM))(
    "its page asks for nothing, and shows an attacker's text as text",
    async () => {
      const { htmlReport } = await import('../../src/backtest/report.ts');
      await writeFile(beside('loud.yaml'), stringify({ detectors: { 'first-seen': { threshold: 0.5 } } }));
      await run('--config', beside('loud.yaml'), '--report', beside('report.html'));
      expect(await readFile(beside('report.html'), 'utf8')).toContain('loud.yaml');
      const planted = await json('--config', beside('loud.yaml'));
      planted.lived.by_agent.unshift([EVIL, 7]);
      planted.difference!.added.unshift({ ...told('x', EVIL), title: EVIL });
      await writeFile(beside('planted.html'), htmlReport(planted));
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
        const trouble: string[] = [];
        const asked: string[] = [];
        page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(pathToFileURL(beside('planted.html')).href);
        expect(await page.title()).toBe('Overreach backtest');
        expect(await page.locator('script').count()).toBe(0);
        expect(await page.locator('td', { hasText: EVIL }).count()).toBe(3);
        expect(await page.locator('svg rect').count()).toBeGreaterThan(3);
        expect({ trouble, asked: asked.length }).toEqual({ trouble: [], asked: 1 });
        if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/backtest.png`, fullPage: true });
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});

it('a record that was cut off before its first checkpoint is not judged again as if nothing were in it', async () => {
  const young = await createHome(CONFIG);
  try {
    const store = await openStore(loadConfig(young.config).config, '');
    await store.migrate();
    await store.writeEvents(store.pack([judged(1)]));
    await store.close();
    const command = backtestCommand({
      open: () => openReader(young.config),
      write: () => {},
      progress: () => ({ at: () => {}, end: () => {} }),
      now: Date.now,
    });
    await expect(command.parseAsync(['--as-if'], { from: 'user' })).rejects.toThrow(/no checkpoint yet/);
  } finally {
    await young.remove();
  }
}, 60_000);
