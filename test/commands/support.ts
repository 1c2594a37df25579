import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../schemas/config.ts';
import { type Service, startService } from '../../src/commands/support/service.ts';
import { loadConfig } from '../../src/config.ts';
import { PROGRAM } from '../support/program.ts';

/** A folder with a configuration, and the program run in it. */
export interface House {
  folder: string;
  config: string;
  configure(settings: ConfigInput): Promise<void>;
  start(): Promise<Service>;
  remove(): Promise<void>;
}

export async function house(settings: ConfigInput = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'overreach-verbs-'));
  const config = join(folder, 'overreach.config.yaml');
  const configure = (given: ConfigInput) =>
    writeFile(config, stringify({ http: { port: 0 }, log: { level: 'silent' }, ...given }));
  await configure(settings);
  return {
    folder,
    config,
    configure,
    start: () => startService({ loaded: loadConfig(config), screen: { write: () => {}, color: false } }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The n-th call of a made-up day. */
export const call = (n: number, more: object = {}): object => ({
  event_id: `call-${n}`,
  occurred_at: new Date(Date.UTC(2026, 10, 20, 9, 0, n)).toISOString(),
  agent: { id: 'support-1', id_basis: 'service_account' },
  server: { id: 'tickets' },
  method: 'tools/call',
  target: { type: 'tool', name: 'get_ticket' },
  session_id: 's-1',
  ...more,
});

export async function post(url: string, events: readonly object[], token = ''): Promise<void> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
}

/** Runs a verb in this process; an error is its message. */
export async function run(command: Command, args: readonly string[]): Promise<string | undefined> {
  const all = (each: Command): Command[] => [each, ...each.commands.flatMap(all)];
  for (const each of all(command)) each.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  return await command.parseAsync([...args], { from: 'user' }).then(
    () => undefined,
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

/** Runs the program as a person does. */
export function spawned(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      process.execPath,
      [...PROGRAM, ...args],
      { env: { ...process.env, ...env }, maxBuffer: 1 << 26 },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}
