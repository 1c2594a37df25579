import type { Agent } from './agent.ts';
import { callsOf, expectedCalls, grantFor, scaleDays } from './agent.ts';
import { isGoverned, type World } from './company.ts';
import type { Random } from './random.ts';
import { FURTHER, SIBLINGS } from './roles.ts';
import type { Settings } from './settings.ts';

/** Everything that changes without anybody meaning harm. */
export function planHonest(world: World, random: Random): void {
  for (const agent of world.agents) {
    const own = random.fork(agent.id);
    readTools(world, agent, own.fork('read'));
    duties(world, agent, own.fork('duty'));
    days(world.settings, agent, own.fork('days'));
  }
  for (const role of new Set(world.agents.map((agent) => agent.role)))
    for (const day of times(world.settings, world.settings.honest.releases, random.fork(`release ${role.name}`)))
      release(world, role.name, day, random.fork(`release ${role.name} ${day}`));
}

/** Days on which something happens that comes `perMonth` times in thirty days; not in the first ten. */
function times({ days }: Settings, perMonth: number, random: Random): number[] {
  const count = random.poisson((perMonth * days) / 30);
  return Array.from({ length: count }, () => random.below(days)).filter((day) => day >= 10);
}

/** A tool for reading that the agent had not used so far, on a server it knows. */
function readTools({ settings, truth }: World, agent: Agent, random: Random): void {
  const servers = [
    ...new Set(
      callsOf(agent.role)
        .flat()
        .map((tool) => tool.split('/')[0]!),
    ),
  ];
  for (const day of times(settings, settings.honest.readTools, random)) {
    const server = random.pick(servers);
    const tool = `${server}/${random.pick(SIBLINGS[server] ?? ['get_status'])}`;
    const rate = 0.3 + 3 * random.next();
    agent.works.push({ tools: [tool], from: day, perDay: () => rate });
    truth.push({ agent_id: agent.id, kind: 'honest:read-tool', day, detail: tool });
  }
}

/** A new duty: somebody writes a grant, and the agent uses it. */
function duties(world: World, agent: Agent, random: Random): void {
  const { settings, grants, truth, at } = world;
  for (const day of times(settings, settings.honest.duties, random)) {
    const tools = [random.pick(FURTHER.read), random.pick(FURTHER.write)];
    const rate = 1 + 3 * random.next();
    if (!takeOn(world, agent, tools)) continue;
    agent.works.push({ tools, from: day + random.below(3), perDay: () => rate });
    if (isGoverned(world, agent))
      grants.push(grantFor(`duty-${agent.id}-${day}`, agent.id, tools, { valid_from: at(day) }));
    truth.push({ agent_id: agent.id, kind: 'honest:duty', day, detail: tools.join(', ') });
  }
}

function days(settings: Settings, agent: Agent, random: Random): void {
  for (const day of times(settings, settings.honest.busyDays, random))
    scaleDays(agent, day, day + 1 + random.below(2), 1.5 + (settings.honest.busiest - 1.5) * random.next());
  for (const day of times(settings, settings.honest.vacations, random))
    scaleDays(agent, day, day + 4 + random.below(10), 0.03);
}

/** The whole team gets a tool on one day, and does more of its privileged work with it. */
function release(world: World, name: string, day: number, random: Random): void {
  const { settings, agents, grants, truth, at, isPrivileged } = world;
  const team = agents.filter((agent) => agent.role.name === name);
  const tool = random.chance(0.5) ? random.pick(FURTHER.write) : random.pick(FURTHER.read);
  // A grant to all would make agents governed that are not.
  const whole = team.every((agent) => isGoverned(world, agent));
  if (whole) grants.push(grantFor(`release-${name}-${day}`, `${name}-*`, [tool], { valid_from: at(day) }));
  for (const agent of team) {
    if (!takeOn(world, agent, [tool])) continue;
    if (!whole && isGoverned(world, agent))
      grants.push(grantFor(`release-${agent.id}-${day}`, agent.id, [tool], { valid_from: at(day) }));
    const from = day + random.below(3);
    const privileged = callsOf(agent.role).flat().filter(isPrivileged);
    const base = expectedCalls(agent, isPrivileged);
    agent.versions.push({ from, version: `1.${day}.0` });
    agent.versions.sort((a, b) => a.from - b.from);
    agent.works.push({ tools: [tool], from, perDay: () => 2 });
    if (privileged.length > 0)
      agent.works.push({ tools: privileged, from, perDay: () => base * (settings.honest.releaseGrowth - 1) });
    truth.push({ agent_id: agent.id, kind: 'honest:release', day: from, detail: tool });
  }
}

/** The charter is widened for new work; what would hide an agent's story in honest work is not given to it. */
function takeOn({ charters }: World, agent: Agent, tools: readonly string[]): boolean {
  const servers = tools.map((tool) => tool.split('/')[0]!);
  const taken = agent.works
    .filter(({ story }) => story)
    .flatMap((work) => work.tools.map((tool) => tool.split('/')[0]!));
  if (servers.some((server) => taken.includes(server))) return false;
  const charter = charters.find(({ agents: [id] }) => id === agent.id);
  if (charter?.servers !== undefined) charter.servers = [...new Set([...charter.servers, ...servers])];
  return true;
}
