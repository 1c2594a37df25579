import { Command } from 'commander';
import pc from 'picocolors';
import type { AgentSummary, Status } from '../../schemas/api.ts';
import { counted } from '../../schemas/counted.ts';
import { lasting } from '../../schemas/lasting.ts';
import type { SeenSource } from '../../schemas/seen.ts';
import { escapeTerminal } from '../alerts/escape.ts';
import { ConfigError } from '../errors.ts';
import { type FolderStatus, folderStatus } from './support/folder-status.ts';
import { jsonLine } from './support/json-lines.ts';
import type { RecordReader } from './support/reader.ts';
import { textTable } from './support/rows.ts';
import { type UnknownTools, unknownTools } from './support/unknown-tools.ts';
import { whileOpen } from './support/while-open.ts';

export interface StatusCommandOptions {
  open(config: string | undefined): Promise<RecordReader>;
  write(text: string): void;
  color: boolean;
}

interface Options {
  config?: string;
  json?: boolean;
}

/** As JSON: `running` says which of the two it is. */
type Answer = { unknown_tools?: UnknownTools | undefined } & (
  | ({ running: true; url: string; latest_agents: AgentSummary[] } & Status)
  | ({ running: false } & FolderStatus)
);

const LATEST = 20;

export function statusCommand({ open, write, color }: StatusCommandOptions): Command {
  return new Command('status')
    .description('How it stands: sources, agents and how far each is learned, rejects, alerts, deliveries, checkpoint.')
    .option('--config <file>', 'configuration')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Asks the running server; where none runs, says what the record holds. Exit code 1 where the server is not ready.

Examples:
  overreach status
  overreach status --url https://overreach.example --json | jq .deliveries`,
    )
    .action(async ({ config, json }: Options) => {
      await whileOpen(open(config), async (reader) => {
        const answer = await readAnswer(reader);
        write(json ? jsonLine(answer) : shown(answer, pc.createColors(color)));
        if (answer.running && !answer.ready) process.exitCode = 1;
      });
    });
}

async function readAnswer(reader: RecordReader): Promise<Answer> {
  if (reader.kind === 'store') {
    const status = await folderStatus(reader.store, reader.loaded.config, LATEST);
    return { running: false, ...status, unknown_tools: await unknownTools(reader) };
  }
  const { server } = reader;
  const status = await server.get<Status>('/v1/status');
  if (status === null) throw new ConfigError(`${server.url}: no overreach server is there`);
  const latest = await server.get<{ agents: AgentSummary[] }>(`/v1/agents?limit=${LATEST}`);
  const unknown_tools = await unknownTools(reader);
  return { running: true, url: server.url, ...status, latest_agents: latest?.agents ?? [], unknown_tools };
}

type Colors = ReturnType<typeof pc.createColors>;

function shown(answer: Answer, colors: Colors): string {
  const lines = [
    ...(answer.running ? runningLines(answer, colors) : folderLines(answer, colors)),
    ...unknownLine(answer.unknown_tools),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  const head = lines.map(([name, text]) => `${colors.dim(name.padEnd(width))}  ${text}`).join('\n');
  const agents = answer.latest_agents;
  return `${head}\n${agents.length === 0 ? '' : `\n${agentsTable(agents)}\n`}`;
}

type Line = [name: string, text: string];

function runningLines(status: Extract<Answer, { running: true }>, colors: Colors): Line[] {
  const { events, agents, store } = status;
  return [
    [
      'server',
      `${status.url}, version ${status.version}, since ${status.started_at}, ${status.ready ? colors.green('ready') : colors.red(`not ready: ${escapeTerminal(status.not_ready ?? store.detail ?? 'unknown')}`)}`,
    ],
    ['store', `${store.kind}${store.ok ? '' : colors.red(`, does not answer: ${escapeTerminal(store.detail ?? '')}`)}`],
    ...status.sources.map(
      ({ name, partitions, next_offset, lag, last_seen }): Line => [
        'source',
        `${escapeTerminal(name)}, ${counted(partitions, 'partition')}, next offset ${next_offset}${lag === undefined ? '' : `, ${lag} behind`}${last_seen === undefined ? '' : `, last seen ${last_seen}`}`,
      ],
    ),
    ...status.gateways.map((one) => gatewayLine(one, 'since it started')),
    [
      'events',
      `${events.stored} in the record; since it started ${events.accepted} accepted, ${events.duplicates} duplicates, ${events.rejected} rejected, ${events.dropped} no MCP call`,
    ],
    ['rejects', `${counts(status.rejects)} (since it started)`],
    ['agents', `${agents.known} known, ${agents.learning} still learning`],
    ['alerts', `${counts(status.alerts)} (24 hours)`],
    ...status.deliveries.map(
      ({ channel, waiting, failing, detail }): Line => [
        'channel',
        `${escapeTerminal(channel)}, ${waiting} waiting${failing ? colors.red(`, failing${detail === undefined ? '' : `: ${escapeTerminal(detail)}`}`) : ''}`,
      ],
    ),
    ['checkpoint', status.checkpoint_age_seconds === 0 ? 'all is saved' : age(status.checkpoint_age_seconds)],
    ...status.warnings.map((warning): Line => ['warning', colors.yellow(escapeTerminal(warning))]),
  ];
}

const folderLines = (status: FolderStatus, colors: Colors): Line[] => [
  ['server', colors.yellow('none runs here; this is what the record holds')],
  ['store', status.store],
  ...status.sources.map(
    ({ name, next_offset }): Line => ['source', `${escapeTerminal(name)}, next offset ${next_offset}`],
  ),
  ...(status.gateways.length > 0
    ? status.gateways.map((one) => gatewayLine(one, 'in 7 days'))
    : [['gateway', 'none heard in 7 days'] as Line]),
  ['events', String(status.events)],
  ['rejects', counts(status.rejects)],
  ['agents', String(status.agents)],
  ['alerts', `${counts(status.alerts)} (24 hours)`],
  ['deliveries', `${status.deliveries_waiting} waiting`],
  ['checkpoint', age(status.checkpoint_age_seconds)],
];

/** Nothing where all are known. */
function unknownLine(unknown: UnknownTools | undefined): Line[] {
  if (unknown?.most === undefined) return [];
  const { tools, calls, most } = unknown;
  const named = `${escapeTerminal(most.server)} ${escapeTerminal(most.tool)}`;
  const what = `${counted(tools, 'tool')} of unknown class in 7 days (${counted(calls, 'call')}), taken for write`;
  return [['tools', `${what}; the most called: overreach classify ${named}; a catalogue gives them their class`]];
}

/** What a gateway tells, how far its clock is off, and which detectors that leaves in the dark. */
function gatewayLine({ gateway, instance, events, skew, blind, dim }: SeenSource, when: string): Line {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const parts = [`${escapeTerminal(gateway)} ${escapeTerminal(instance)}, ${counted(events, 'event')} ${when}`];
  if (skew !== undefined) {
    const far = skew.beyond_10_minutes > 0 ? `, ${skew.beyond_10_minutes} beyond 10 minutes` : '';
    parts.push(`clock ${seconds(skew.median_ms)} against receipt (worst ${seconds(skew.worst_ms)}${far})`);
  }
  if (blind.length > 0) parts.push(`blind: ${blind.join(', ')}`);
  if (dim.length > 0)
    parts.push(`dim: ${dim.map(({ detector, without }) => `${detector} (no ${without.join(', ')})`).join(', ')}`);
  return ['gateway', parts.join('; ')];
}

const counts = (of: Record<string, number>): string =>
  Object.entries(of)
    .map(([name, count]) => `${count} ${escapeTerminal(name)}`)
    .join(', ') || 'none';

function age(seconds: number | undefined): string {
  return seconds === undefined ? 'none yet' : `${lasting(seconds * 1_000)} old`;
}

const agentsTable = (agents: readonly AgentSummary[]): string =>
  textTable(
    ['agent', 'calls tried', 'last seen', 'out of scope', 'learned'],
    agents.map((agent) => [
      agent.agent_id,
      String(agent.calls ?? ''),
      String(agent.last_seen ?? ''),
      String(agent.out_of_scope ?? ''),
      agent.learning === undefined ? '' : `${Math.floor(agent.learning.share * 100)} %`,
    ]),
  );
