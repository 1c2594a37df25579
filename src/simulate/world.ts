import { DAY } from '../../schemas/durations.ts';
import type { Charter, Grant } from '../../schemas/grant.ts';
import { type Agent, callsOf, createAgent, grantFor, serversOf } from './agent.ts';
import type { World } from './company.ts';
import { planHonest } from './honest.ts';
import { createRandom } from './random.ts';
import { FURTHER, ROLES } from './roles.ts';
import { DEFAULTS, type Settings } from './settings.ts';
import { planStories } from './stories.ts';

/** A company out of its settings: who there is, what they may, what they will do. */
export function createWorld(given: Partial<Settings> = {}): World {
  const settings: Settings = { ...DEFAULTS, roles: ROLES, ...given };
  const random = createRandom(settings.seed);
  const agents = Array.from({ length: settings.agents }, (_, n) => {
    const role = settings.roles[n % settings.roles.length]!;
    return createAgent(settings, role, Math.floor(n / settings.roles.length), random.fork(`agent ${n}`));
  });
  const changing = new Set<string>([...FURTHER.write, ...FURTHER.execute, ...FURTHER.secret, ...FURTHER.identity]);
  const world: World = {
    settings,
    agents,
    grants: [],
    charters: [],
    truth: [],
    at: (day) => new Date(settings.start + day * DAY).toISOString(),
    isPrivileged: (tool) => changing.has(tool) || CHANGES.test(tool),
  };
  grantRoles(world);
  for (const agent of agents) world.charters.push(charterOf(agent, random.chance(0.5)));
  planStories(world, random.fork('stories'));
  planHonest(world, random.fork('honest'));
  nameApart(world.grants);
  return world;
}

/** What is granted twice to one agent on one day has two names, as a grants file asks for. */
function nameApart(grants: Grant[]): void {
  const known = new Map<string, number>();
  for (const grant of grants) {
    const count = (known.get(grant.id) ?? 0) + 1;
    known.set(grant.id, count);
    if (count > 1) grant.id = `${grant.id}-again-${count}`;
  }
}

/** What an agent is for, and for some of them on which servers; honest duties are added as they come. */
const charterOf = (agent: Agent, bound: boolean): Charter => ({
  agents: [agent.id],
  purpose: agent.role.purpose,
  owner: agent.owner,
  ...(bound ? { servers: serversOf(agent) } : {}),
});

/** The verbs of the roles' tools that change something or reach secrets. */
const CHANGES = /\/(?:\w+_)?(?:add|update|create|push|edit|trigger|exec|delete|or_update|secret|secrets)(?:_|$)/;

/** Roles with grants may do their work, and read on their servers; some agents may far more than they do. */
function grantRoles({ settings, agents, grants, at }: World): void {
  const random = createRandom(`${settings.seed}/grants`);
  for (const role of new Set(agents.map((agent) => agent.role))) {
    const tools = callsOf(role).flat();
    const servers = [...new Set(tools.map((tool) => tool.split('/')[0]!))];
    if (!random.chance(settings.governed)) continue;
    grants.push({ ...grantFor(`${role.name}-work`, `${role.name}-*`, tools), valid_from: at(0) });
    grants.push({
      id: `${role.name}-reads`,
      effect: 'allow',
      agents: [`${role.name}-*`],
      servers,
      max_class: 'read',
      valid_from: at(0),
    });
    for (const agent of agents)
      if (agent.role === role && random.chance(settings.overGranted))
        grants.push({ id: `wide-${agent.id}`, effect: 'allow', agents: [agent.id], valid_from: at(0) });
  }
}
