import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { DAY } from '../../schemas/durations.ts';
import { escapeTerminal } from '../alerts/escape.ts';
import { loadConfig } from '../config.ts';
import { ConfigError, unreadable } from '../errors.ts';
import { type DiffRow, diffGrants } from '../grants/diff.ts';
import { importFormats, importGrants } from '../grants/import/index.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { suggestGrants } from '../grants/suggest.ts';
import { readUsage } from '../grants/usage.ts';
import { grantsOf, readVersions } from '../grants/versions.ts';
import { grantsCheck } from './grants-check.ts';
import { parseCount, parseDays, repeated } from './support/arguments.ts';
import { besideConfigured, grantsOption } from './support/files.ts';
import { grantKeys } from './support/grant-keys.ts';
import { jsonLine } from './support/json-lines.ts';
import { dayOf, textTable } from './support/rows.ts';
import { whileOpen } from './support/while-open.ts';

/** A running server, or the data folder itself. */
export type OpenReadPort = (config: string | undefined) => Promise<ReadPort & { close(): Promise<void> }>;

export interface GrantsCommandOptions {
  open: OpenReadPort;
  write(text: string): void;
  warn(text: string): void;
  now(): number;
}

interface Common {
  config?: string;
  days: number;
  json?: boolean;
}

export function grantsCommand(world: GrantsCommandOptions): Command {
  const command = new Command('grants').description(
    'What agents are for, may do and do: check, compare, suggest, import.',
  );
  command.addHelpText(
    'after',
    `${grantKeys}
Examples:
  overreach grants check grants.yaml
  overreach grants diff --agent support-1 --days 30
  overreach grants suggest --agent support-1 > support-1.yaml
  overreach grants import --from kong acl.yaml > grants.yaml`,
  );
  command.addCommand(grantsCheck(world));
  common(command.command('diff'))
    .description('Declared, granted and used side by side, for each agent and target.')
    .option('--agent <id>', 'only this agent')
    .addOption(grantsOption())
    .action((options: Diff) => diff(world, options));
  common(command.command('suggest'))
    .description('The least-privilege policy from what an agent does, with evidence on each line and a dry run.')
    .requiredOption('--agent <id>', 'the agent')
    .addOption(new Option('--format <format>').choices(['native', 'teleport']).default('native'))
    .option('--min-calls <n>', 'leave out what was used less often', parseCount, 1)
    .action((options: Suggest) => suggest(world, options));
  command
    .command('import')
    .description('Turns the rules of a gateway into a grants file on stdout; notes on stderr.')
    .argument('<file>', 'the rules; - is stdin')
    .requiredOption('--from <format>', importFormats.map(({ name }) => name).join(', '))
    .addOption(repeated('--agents <pattern>', 'agents the rules speak of'))
    .addOption(repeated('--servers <pattern>', 'servers the rules speak of'))
    .addOption(repeated('--group <name=pattern>', 'agents behind a group, role or consumer'))
    .addHelpText(
      'after',
      '\nExample:\n  overreach grants import --from teleport --agents "ops-*" role.yaml > grants.yaml',
    )
    .action((file: string, options: ImportFlags) => importRules(world, file, options));
  return command;
}

const common = (command: Command): Command =>
  command
    .option('--config <file>', 'configuration')
    .option('--days <n>', 'how far back use counts', parseDays, 90)
    .option('--json', 'for machines');

type Diff = Common & { agent?: string; grants: string[] };

async function diff({ open, write, now }: GrantsCommandOptions, options: Diff): Promise<void> {
  const { config } = loadConfig(options.config);
  const files = besideConfigured(config, options.grants);
  await whileOpen(open(options.config), async (port) => {
    const file = await grantsOf(files, port);
    const since = now() - options.days * DAY;
    const usage = await readUsage(port, { since, ...(options.agent && { agent: options.agent }) });
    const versions = await readVersions(port);
    const rows = diffGrants({ usage, file, versions, now: now(), ...(options.agent && { agent: options.agent }) });
    write(options.json ? rows.map(outside).map(jsonLine).join('') : `${shown(rows)}\n`);
  });
}

const outside = ({ grantId, grantedSince, first, last, ...row }: DiffRow): Record<string, unknown> => ({
  ...row,
  grant_id: grantId,
  ...(grantedSince > 0 && { granted_since: new Date(grantedSince).toISOString() }),
  ...(first > 0 && { first_used: new Date(first).toISOString(), last_used: new Date(last).toISOString() }),
});

const COLUMNS = [
  'agent',
  'server',
  'target',
  'class',
  'declared',
  'granted',
  'since',
  'calls',
  'outside',
  'denied',
  'first',
  'last',
  'verdict',
];

function shown(rows: readonly DiffRow[]): string {
  if (rows.length === 0) return 'no grants and no use';
  const cells = rows.map((row) => [
    row.agent,
    row.server,
    row.target,
    row.class,
    row.declared,
    row.grantId === '' ? row.granted : `${row.granted} (${row.grantId})`,
    dayOf(row.grantedSince),
    String(row.used),
    String(row.outside),
    String(row.denied),
    dayOf(row.first),
    dayOf(row.last),
    row.verdict,
  ]);
  const owners = [...new Set(rows.filter((row) => row.owner !== '').map((row) => `${row.agent}: ${row.owner}`))];
  return `${textTable(COLUMNS, cells)}${owners.length > 0 ? `\n\nowners  ${owners.map(escapeTerminal).join(', ')}` : ''}`;
}

type Suggest = Common & { agent: string; format: 'native' | 'teleport'; minCalls: number };

async function suggest({ open, write, warn, now }: GrantsCommandOptions, options: Suggest): Promise<void> {
  await whileOpen(open(options.config), async (port) => {
    const { agent, format, minCalls } = options;
    const history = await readUsage(port, { agent, since: 0 });
    const usage = await readUsage(port, { agent, since: now() - options.days * DAY });
    if (usage.every((one) => one.used === 0))
      warn(`${escapeTerminal(agent)}: nothing that it used in ${options.days} days is stored\n`);
    const { grants, dryRun, policy } = suggestGrants({ agent, usage, history, format, minCalls });
    const what = dryRun.what.map(({ last, ...one }) => ({ ...one, last: new Date(last).toISOString() }));
    write(options.json ? jsonLine({ grants, dry_run: { ...dryRun, what } }) : policy);
  });
}

interface ImportFlags {
  from: string;
  agents: string[];
  servers: string[];
  group: string[];
}

async function importRules({ write, warn }: GrantsCommandOptions, file: string, options: ImportFlags): Promise<void> {
  const text = await readRules(file);
  const groups: Record<string, string[]> = Object.create(null) as Record<string, string[]>;
  for (const entry of options.group) {
    const at = entry.indexOf('=');
    if (at < 1) throw new ConfigError(`--group ${entry}: NAME=PATTERN is expected, e.g. agents=ops-*`);
    const name = entry.slice(0, at);
    groups[name] = [...(groups[name] ?? []), entry.slice(at + 1)];
  }
  const { grants, notes } = importGrants(options.from, text, {
    source: `${options.from}:${file}`,
    groups,
    ...(options.agents.length > 0 && { agents: options.agents }),
    ...(options.servers.length > 0 && { servers: options.servers }),
  });
  for (const note of notes) warn(`note: ${escapeTerminal(note)}\n`);
  write(stringify({ grants }, { lineWidth: 0, aliasDuplicateObjects: false }));
}

async function readRules(file: string): Promise<string> {
  if (file === '-') return await textOf(process.stdin);
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
}
