import { Command } from 'commander';
import { classRank } from '../../schemas/alert.ts';
import type { AgentSummary } from '../../schemas/api.ts';
import { DAY } from '../../schemas/durations.ts';
import { loadConfig } from '../config.ts';
import { type CreepIndex, creepIndex, NEW_DAYS, UNUSED_DAYS, undeclaredIndex } from '../creep/index.ts';
import { type DayOfUse, privilegesAt, type ReadyGrants, readDays, readyGrants } from '../creep/privileges.ts';
import { type ReachedPrivilege, readReach } from '../creep/reach.ts';
import { inUseByDay, slopesOf } from '../creep/series.ts';
import { missionOf, ownerOf } from '../engine/charter.ts';
import { OperationError } from '../errors.ts';
import { oneAgent, portionsOf } from '../grants/agents.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { grantsOf, readVersions } from '../grants/versions.ts';
import { agentsTable, agentText, type Portrait, type ToldCreep } from './support/agent-text.ts';
import { parseDays } from './support/arguments.ts';
import { besideConfigured, grantsOption, loadCatalogues } from './support/files.ts';
import { jsonLine } from './support/json-lines.ts';
import { whileOpen } from './support/while-open.ts';

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

export function agentsCommand(world: AgentsCommandOptions): Command {
  return new Command('agents')
    .description(
      'Agents with their creep index; one agent in full: its index and largest terms, history, slopes, reach.',
    )
    .argument('[id]', 'the agent; without it all of them')
    .option('--config <file>', 'configuration')
    .addOption(grantsOption())
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
Calls done are those that nobody refused and that arrived; overreach status counts all that were tried.
The history, a row a day: overreach query "SELECT day, creep, undeclared, terms FROM v_creep_index"

Examples:
  overreach agents
  overreach agents deployer-01 --days 30`,
    )
    .action(async (id: string | undefined, options: Options) => {
      const { config } = loadConfig(options.config);
      const files = besideConfigured(config, options.grants);
      await whileOpen(world.open(options.config), async (port) => {
        const file = await grantsOf(files, port);
        const now = world.now();
        const around = { versions: await readVersions(port), catalogues: loadCatalogues(config.catalogue) };
        const asked: Asked = { port, grants: readyGrants(file, around), since: now - options.days * DAY, now };
        await (id === undefined ? showAll(asked, options, world.write) : showOne(asked, id, options, world.write));
      });
    });
}

interface Asked {
  port: AgentsPort;
  grants: ReadyGrants;
  /** Use counts from here, to now; epoch milliseconds. */
  since: number;
  now: number;
}

async function showAll(asked: Asked, { json, days }: Options, write: (text: string) => void): Promise<void> {
  const { port, grants, since, now } = asked;
  const about = await port.about(undefined);
  const portraits: Portrait[] = [];
  for await (const agents of portionsOf(port, since, now)) {
    const used = await readDays(port, agents, since, now);
    const reached = json === true ? await readReach(port, agents, since, now) : undefined;
    for (const [agent, own] of used)
      portraits.push({ ...portray(agent, own, reached?.get(agent) ?? [], grants, now), about: about.get(agent) });
  }
  portraits.sort((a, b) => b.creep.index - a.creep.index);
  if (json) write(portraits.map(lineOf).join(''));
  else if (portraits.length === 0) write(`no agent made a call within ${days} days (--days looks further back)\n`);
  else write(`${agentsTable(portraits)}\n`);
}

async function showOne(
  asked: Asked,
  id: string,
  { json, days }: Options,
  write: (text: string) => void,
): Promise<void> {
  const { port, grants, since, now } = asked;
  const own = (await readDays(port, oneAgent(id), since, now)).get(id);
  if (own === undefined) throw new OperationError(`${id} made no call within ${days} days (see \`overreach agents\`)`);
  const reach = (await readReach(port, oneAgent(id), since, now)).get(id) ?? [];
  const about = (await port.about(id)).get(id);
  const portrait: Portrait = { ...portray(id, own, reach, grants, now), about };
  if (json) write(lineOf(portrait));
  else write(`${agentText(portrait, own, grants, now, await readKept(port, id), await readTold(port, id))}\n`);
}

const lineOf = (portrait: Portrait): string => jsonLine(outside(portrait));

function portray(
  agent: string,
  days: readonly DayOfUse[],
  reach: ReachedPrivilege[],
  grants: ReadyGrants,
  now: number,
): Omit<Portrait, 'about'> {
  const privileges = privilegesAt(agent, days, grants, now);
  const inUse = inUseByDay(days, days[0]!.day, now);
  return {
    agent,
    owner: ownerOf(grants.compiled, agent) ?? '',
    ...missionOf(grants.compiled, agent),
    calls: days.reduce((sum, { calls }) => sum + calls, 0),
    first: days[0]!.day,
    last: days.at(-1)!.day,
    strongest: days.reduce((most, one) => (classRank(one.class) > classRank(most) ? one.class : most), days[0]!.class),
    creep: creepIndex(privileges, now),
    undeclared: undeclaredIndex(privileges, now),
    inUse,
    slopes: slopesOf(inUse),
    reach,
  };
}

/** The index as it was written down day by day. */
async function readKept(port: ReadPort, agent: string): Promise<number[]> {
  const rows = await port.query('SELECT creep FROM v_creep_index WHERE agent_id = {agent:String} ORDER BY day', {
    agent,
  });
  return rows.map(({ creep }) => Number(creep));
}

/** Open alerts that say that its privilege grows: slopes over few days often cannot. */
async function readTold(port: ReadPort, agent: string): Promise<ToldCreep[]> {
  const rows = await port.query(
    "SELECT alert_id, title FROM v_alerts WHERE agent_id = {agent:String} AND detector IN ('privilege-creep', 'target-creep') AND stage != 'close' ORDER BY occurred_at",
    { agent },
  );
  return rows.map(({ alert_id, title }) => ({ id: String(alert_id), title: String(title) }));
}

const indexOutside = ({ tooNew, ...index }: CreepIndex): object => ({ ...index, too_new: tooNew });

const outside = ({
  creep,
  undeclared,
  inUse,
  reach,
  first,
  last,
  about,
  ...one
}: Portrait): Record<string, unknown> => ({
  ...one,
  creep: indexOutside(creep),
  undeclared: indexOutside(undeclared),
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
