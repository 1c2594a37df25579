import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { alertsTable } from '../../src/commands/support/alert-tables.ts';
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
});
