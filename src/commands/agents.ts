import { Command } from 'commander';
import { classRank } from '../../schemas/alert.ts';
import type { AgentSummary } from '../../schemas/api.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { loadConfig } from '../config.ts';
import { creepIndex, NEW_DAYS, UNUSED_DAYS, undeclaredIndex } from '../creep/index.ts';
import { type DayOfUse, privilegesAt, readDays } from '../creep/privileges.ts';
import { type Reach, readReach } from '../creep/reach.ts';
import { inUseByDay, slopesOf } from '../creep/series.ts';
import { compileCharters, ownerOf } from '../engine/charter.ts';
import { ConfigError } from '../errors.ts';
import { loadGrants } from '../grants/load.ts';
import type { ReadPort } from '../grants/usage.ts';
import { agentsTable, agentText, type Portrait } from './support/agent-text.ts';
import { parseDays, repeated } from './support/arguments.ts';

/** A running server, or the data folder itself. */
export interface AgentsPort extends ReadPort {
  /** Rows of v_agents by id, with how far each is learned: of one agent, or of those seen last. */
  about(id: string | undefined): Promise<ReadonlyMap<string, AgentSummary>>;
  close(): Promise<void>;
}

export interface AgentsCommandOptions {
  open(config: string | undefined): Promise<AgentsPort>;
  write(text: string): void;
  now(): number;
}

interface Options {
  config?: string;
  grants: string[];
  days: number;
  json?: boolean;
}

const DAY = 86_400_000;

export function agentsCommand(world: AgentsCommandOptions): Command {
  return new Command('agents')
    .description(
      'Agents with their creep index; one agent in full: its index and largest terms, history, slopes, reach.',
    )
    .argument('[id]', 'the agent; without it all of them')
    .option('--config <file>', 'configuration')
    .addOption(repeated('--grants <file>', 'a grants file beside those of the configuration'))
    .option('--days <n>', 'how far back use counts', parseDays, 90)
    .option('--json', 'for machines')
    .addHelpText(
      'after',
      `
Creep index, 0 to 100: 100 x (1 - product of (1 - w r u)) over what an agent is granted, or used without being held back.
  w  weight of the class: read .02, write .1, execute .3, secret and identity .5
  r  reach: (1 + log10 of the different values its arguments named) / 4; 1 where a grant names no single target
  u  how long it was not used: 0 today to 1 after ${UNUSED_DAYS} days. What is younger than ${NEW_DAYS} days is too new to judge.
Undeclared is the same number over what is used though no grant or charter says so, with u from 1 today to 0.
The history, a row a day: overreach query "SELECT day, creep, undeclared, terms FROM v_creep_index"

Examples:
  overreach agents
  overreach agents deployer-01 --days 30`,
    )
    .action(async (id: string | undefined, options: Options) => {
      const { file } = loadGrants([...loadConfig(options.config).config.grants, ...options.grants]);
      const port = await world.open(options.config);
      try {
        const now = world.now();
        const since = now - options.days * DAY;
        const days = await readDays(port, id ?? '', since, now);
        if (id !== undefined && days.length === 0)
          throw new ConfigError(`${id} made no call within ${options.days} days (see \`overreach agents\`)`);
        const names = [...new Set(days.map(({ agent }) => agent))];
        const about = await port.about(id);
        const reach = id === undefined && options.json !== true ? [] : await readReach(port, id ?? '', since, now);
        const portraits = names
          .map((agent) => ({ ...portray(agent, days, reach, file, now), about: about.get(agent) }))
          .sort((a, b) => b.creep.index - a.creep.index);
        if (options.json) world.write(portraits.map((one) => `${JSON.stringify(outside(one))}\n`).join(''));
        else
          world.write(
            `${id === undefined ? agentsTable(portraits) : agentText(portraits[0]!, days, file, now, await readKept(port, id))}\n`,
          );
      } finally {
        await port.close();
      }
    });
}

function portray(
  agent: string,
  all: readonly DayOfUse[],
  reached: readonly Reach[],
  file: GrantsFile,
  now: number,
): Omit<Portrait, 'about'> {
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
    reach: reached.filter((one) => one.agent === agent),
  };
}

/** The index as it was written down day by day. */
async function readKept(port: ReadPort, agent: string): Promise<number[]> {
  const rows = await port.query('SELECT creep FROM v_creep_index WHERE agent_id = {agent:String} ORDER BY day', {
    agent,
  });
  return rows.map(({ creep }) => Number(creep));
}

const outside = ({ inUse, reach, first, last, about, ...one }: Portrait): Record<string, unknown> => ({
  ...one,
  classes: about?.classes,
  out_of_scope: about?.out_of_scope,
  denied: about?.denied,
  learning: about?.learning,
  first_seen: iso(first),
  last_seen: iso(last),
  privilege_in_use: inUse,
  reach: reach.map(({ agent: _, ...each }) => ({ ...each, since: iso(each.since), last: iso(each.last) })),
});

const iso = (at: number): string => new Date(at).toISOString();
