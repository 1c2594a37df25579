import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { GivenVerdict } from '../../schemas/api.ts';
import { alertsTable, verdictsTable } from '../../src/commands/support/alert-tables.ts';
import { alertNumber } from '../alerts/support.ts';
import { PROGRAM } from '../support/program.ts';

const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...BARE } = process.env;

/** What is printed where stdout is a terminal, or is none. */
function printed(verb: readonly string[], env: Record<string, string>, isTerminal = true): string {
  const terminal = 'data:text/javascript,process.stdout.isTTY=true';
  const args = [...(isTerminal ? ['--import', terminal] : []), ...PROGRAM, ...verb];
  return spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...BARE, TERM: 'xterm', ...env } }).stdout;
}

describe('what a terminal is shown', { timeout: 60_000 }, () => {
  it('has colours where they are wanted', () => {
    const verb = ['gateways', 'kong'];
    expect(printed(verb, {})).toContain('\u001b[');
    expect(printed(verb, { NO_COLOR: '1' })).not.toContain('\u001b');
    expect(printed(verb, { TERM: 'dumb' })).not.toContain('\u001b');
    expect(printed(verb, { TERM: 'dumb', CI: 'true' })).not.toContain('\u001b');
    expect(printed(verb, { CI: '1' }, false)).not.toContain('\u001b');
  });

  it('has the alert on its line: without the agent that stands beside it, and whole where no terminal breaks it', () => {
    const agent = { id: 'agent-with-a-long-name' };
    const title = `${agent.id}: called github/merge_pull_request (class write), which no grant covers`;
    const alerts = [alertNumber(1, { agent, title })];
    const [, narrow] = alertsTable(alerts, { color: false, width: 80 }).split('\n');
    expect(narrow).toMatch(/agent-with-a-long-name {2}called github\/merge…$/);
    const [, whole] = alertsTable(alerts, { color: false }).split('\n');
    expect(whole).toMatch(/ {2}called github\/merge_pull_request \(class write\), which no grant covers$/);
    expect(alertsTable(alerts, 'csv')).toContain(title);
  });

  it('says of a verdict that another one replaced that it is, and not what it hides', () => {
    const said = {
      alert_id: 'a',
      author: 'mia',
      verdict: 'safe',
      reason: '',
      detector: 'rate',
      agent: 'x',
      title: 't',
    };
    const [later, earlier] = ['2026-11-21T09:00:00Z', '2026-11-20T09:00:00Z'];
    const given = [later, earlier].map((at) => ({ ...said, at, hidden: 2 })) as GivenVerdict[];
    const [, now, before] = verdictsTable(given, { color: false }).split('\n');
    expect(now).toContain('hid 2 since');
    expect(before).toContain(`replaced ${later}`);
    expect(before).not.toContain('hid');
  });
});
