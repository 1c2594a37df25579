import { Command, InvalidArgumentError } from 'commander';
import { classRank } from '../../schemas/alert.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { escapeTerminal } from '../alerts/escape.ts';
import { loadConfig } from '../config.ts';
import { type CreepIndex, creepIndex, type Privilege, undeclaredIndex } from '../creep/index.ts';
import { type DayOfUse, privilegesAt, readDays } from '../creep/privileges.ts';
import { inUseByDay, type Slope, slopesOf, sparkline } from '../creep/series.ts';
import { compileCharters, ownerOf } from '../engine/charter.ts';
import { ConfigError } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import type { ReadPort } from '../grants/usage.ts';
import { dayOf, textTable } from './support/rows.ts';

export interface AgentsCommandOptions {
  /** A running server, or the data folder itself. */
  open(config: string | undefined): Promise<ReadPort & { close(): Promise<void> }>;
  write(text: string): void;
  now(): number;
}

interface Options {
  config?: string;
  grants: string[];
  days: number;
  json?: boolean;
}

/** One agent as of now: how much privilege it holds and does not need, uses and should not, and whither it goes. */
interface Portrait {
  agent: string;
  owner: string;
  calls: number;
  first: number;
  last: number;
  strongest: string;
  creep: CreepIndex;
  undeclared: CreepIndex;
  inUse: number[];
  slopes: Slope[];
  privileges: Privilege[];
}

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const PLOT = 45;

export function agentsCommand(world: AgentsCommandOptions): Command {
  return new Command('agents')
    .description(
      'Agents with their creep index; one agent in full: its index and largest terms, history, slopes, reach.',
    )
    .argument('[id]', 'the agent; without it all of them')
    .option('--config <file>', 'configuration')
    .option('--grants <file>', 'a grants file beside those of the configuration, may be given again', append, [])
    .option('--days <n>', 'how far back use counts', parseDays, 90)
    .option('--json', 'for machines')
    .action(async (id: string | undefined, options: Options) => {
      const { file } = await loadGrants([...loadConfig(options.config).config.grants, ...options.grants]);
      const port = await world.open(options.config);
      try {
        const now = world.now();
        const since = now - options.days * DAY;
        const days = await readDays(port, id ?? '', since, now);
        if (id !== undefined && days.length === 0)
          throw new ConfigError(`${id} made no call within ${options.days} days (see \`overreach agents\`)`);
        const names = [...new Set(days.map(({ agent }) => agent))];
        const portraits = names
          .map((agent) => portray(agent, days, file, now))
          .sort((a, b) => b.creep.index - a.creep.index);
        if (options.json) world.write(portraits.map((one) => `${JSON.stringify(outside(one))}\n`).join(''));
        else world.write(`${id === undefined ? list(portraits) : full(portraits[0]!, days, file, now)}\n`);
      } finally {
        await port.close();
      }
    });
}

function portray(agent: string, all: readonly DayOfUse[], file: GrantsFile, now: number): Portrait {
  const days = all.filter((one) => one.agent === agent);
  const privileges = privilegesAt(agent, days, file, now);
  const inUse = inUseByDay(days, days[0]!.day, now);
  return {
    agent,
    owner: ownerOf({ charters: compileCharters(file.charters) }, agent).owner ?? '',
    calls: days.reduce((sum, { calls }) => sum + calls, 0),
    first: days[0]!.day,
    last: days.at(-1)!.day,
    strongest: days.reduce((most, one) => (classRank(one.class) > classRank(most) ? one.class : most), days[0]!.class),
    creep: creepIndex(privileges, now),
    undeclared: undeclaredIndex(privileges, now),
    inUse,
    slopes: slopesOf(inUse),
    privileges,
  };
}

function list(portraits: readonly Portrait[]): string {
  if (portraits.length === 0) return 'no agents';
  const rows = portraits.map((one) => [
    one.agent,
    one.owner,
    String(one.calls),
    dayOf(one.last),
    one.strongest,
    one.creep.index.toFixed(0),
    one.undeclared.index.toFixed(0),
    slopeText(one.slopes.find(({ days }) => days === 30)),
    sparkline(one.inUse, 30),
  ]);
  return textTable(
    ['agent', 'owner', 'calls', 'last', 'strongest', 'creep', 'undeclared', 'slope 30 d', 'privilege in use'],
    rows,
  );
}

function full(one: Portrait, days: readonly DayOfUse[], file: GrantsFile, now: number): string {
  const history: number[] = [];
  for (let at = now; at >= one.first; at -= WEEK)
    history.unshift(creepIndex(privilegesAt(one.agent, days, file, at), at).index);
  const reach = one.privileges
    .filter((privilege) => privilege.last > 0 && classRank(privilege.class) >= classRank('execute'))
    .sort((a, b) => classRank(b.class) - classRank(a.class) || a.since - b.since);
  return [
    `${escapeTerminal(one.agent)}${one.owner === '' ? '' : `, of ${escapeTerminal(one.owner)}`}: ${one.calls} calls from ${dayOf(one.first)} to ${dayOf(one.last)}`,
    '',
    `creep index ${one.creep.index.toFixed(1)} of 100 (granted and not used; ${one.creep.counted} privileges, ${one.creep.tooNew} too new to judge)`,
    `  by week   ${sparkline(history, PLOT)}  ${history.map((value) => value.toFixed(0)).join(' ')}`,
    indented(terms(one.creep)),
    '',
    `used, not declared or not granted: ${one.undeclared.index.toFixed(1)} of 100`,
    indented(terms(one.undeclared)),
    '',
    `privilege in use, by day  ${sparkline(one.inUse, PLOT)}`,
    ...one.slopes.map((slope) => `  over ${String(slope.days).padStart(2)} days  ${slopeText(slope)} a day`),
    '',
    'secrets, identities and execution it reaches',
    indented(
      reach.length === 0
        ? 'none'
        : textTable(
            ['class', 'through', 'resources', 'since', 'last'],
            reach.map((each) => [each.class, each.name, String(each.reach), dayOf(each.since), dayOf(each.last)]),
          ),
    ),
  ].join('\n');
}

const terms = (index: CreepIndex): string =>
  index.terms.length === 0
    ? 'nothing'
    : textTable(
        ['term', 'class', 'weight', 'reach', 'share of time', 'value'],
        index.terms.map((term) => [
          term.name,
          term.class,
          term.weight.toFixed(2),
          term.reach.toFixed(2),
          term.idle.toFixed(2),
          term.value.toFixed(3),
        ]),
      );

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

/** A slope that chance explains (one in a hundred or more) is shown as none. */
const slopeText = (slope: Slope | undefined): string =>
  slope === undefined
    ? 'too new'
    : slope.score < 2
      ? 'steady'
      : `+${slope.slope.toFixed(3)} (1 in 10^${slope.score.toFixed(0)})`;

const outside = ({ inUse, privileges, first, last, ...one }: Portrait): Record<string, unknown> => ({
  ...one,
  first_seen: new Date(first).toISOString(),
  last_seen: new Date(last).toISOString(),
  privilege_in_use: inUse,
  reach: privileges.filter((each) => each.last > 0 && classRank(each.class) >= classRank('execute')),
});

const append = (value: string, before: string[]): string[] => [...before, value];

function parseDays(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 4000)
    throw new InvalidArgumentError('a whole number of days, 1 or more');
  return value;
}
