import { DAY, HOUR } from '../../schemas/durations.ts';
import type { NativeEvent } from '../../schemas/event.ts';
import { type Agent, CREDENTIAL_DAYS, callsOf, type Work } from './agent.ts';
import { argsFor, bytesFor } from './arguments.ts';
import type { World } from './company.ts';
import type { Random } from './random.ts';

interface Call {
  tool: string;
  task: string;
  work?: Work;
}

/** All calls of one agent on one day, in order of time. */
export function* eventsOf(world: World, agent: Agent, day: number): Generator<NativeEvent> {
  const random = agent.random.fork(`day ${day}`);
  const calls = sessionsOf(world, agent, day, random).sort((a, b) => a.at - b.at);
  for (const [n, { at, call, session }] of calls.entries())
    yield eventOf(world, agent, day, at, call, session, n, random);
}

interface Placed {
  at: number;
  call: Call;
  session: number;
}

/** Tasks in sessions, sessions over the hours of the day; story work at its own hours in sessions of its own. */
function sessionsOf({ settings }: World, agent: Agent, day: number, random: Random): Placed[] {
  const level = agent.mean[day]! * agent.factor[day]!;
  const tasks: Call[][] = Array.from({ length: random.poisson(agent.tasks * level) }, () => {
    const task = random.weighted(agent.weights);
    return callsOf(agent.role)[task]!.map((tool) => ({ tool, task: `${agent.role.name}-${task + 1}` }));
  });
  const apart: { work: Work; calls: Call[] }[] = [];
  for (const work of agent.works) {
    if (day < work.from || day >= (work.to ?? Number.POSITIVE_INFINITY)) continue;
    const count = random.poisson(work.perDay(day) * (work.restless ? 1 : level));
    const calls = Array.from({ length: count }, () => ({ tool: random.pick(work.tools), task: 'more', work }));
    if (work.hours !== undefined) apart.push({ work, calls });
    else for (const call of calls) tasks.push([call]);
  }
  const order = tasks.map((task) => ({ task, key: random.next() })).sort((a, b) => a.key - b.key);
  const placed: Placed[] = [];
  let session = 0;
  const place = (calls: readonly Call[], hours: readonly [number, number]): void => {
    const from = hours[0] + (hours[1] - hours[0]) * random.next();
    let at = settings.start + day * DAY + (from % 24) * HOUR;
    for (const call of calls) {
      at += 2000 + 40_000 * random.next();
      placed.push({ at: Math.min(at, settings.start + (day + 1) * DAY - 1), call, session });
    }
    session += 1;
  };
  for (let n = 0; n < order.length; ) {
    const some = 1 + random.poisson(settings.tasksPerSession - 1);
    place(
      order.slice(n, n + some).flatMap(({ task }) => task),
      hoursOf(agent, random),
    );
    n += some;
  }
  for (const { work, calls } of apart) if (calls.length > 0) place(calls, work.hours!);
  return placed;
}

/** Two humps of a working day, or any hour. */
function hoursOf({ office, morning }: Agent, random: Random): [number, number] {
  if (!office) return [0, 23.9];
  return random.chance(0.55) ? [morning, morning + 4] : [morning + 4.5, morning + 9];
}

function eventOf(
  { settings }: World,
  agent: Agent,
  day: number,
  at: number,
  { tool, task, work }: Call,
  session: number,
  n: number,
  random: Random,
): NativeEvent {
  const [server, name] = tool.split('/') as [string, string];
  const issued = agent.issued(day);
  const chance = random.next();
  const status = chance < settings.denied ? 'denied' : chance < settings.denied + settings.failed ? 'tool_error' : 'ok';
  const version = agent.versions.findLast(({ from }) => from <= day)!.version;
  const user = agent.users[random.weighted(agent.users.map((_, index) => 1 / (index + 1)))]!;
  return {
    event_id: `${agent.id}-${day}-${n}`,
    occurred_at: new Date(at).toISOString(),
    source: { kind: 'native', instance: 'gw-1' },
    agent: { id: agent.id, id_basis: 'service_account', name: agent.role.name, version },
    user: { id: user },
    credential: {
      id: `${agent.id}-key-${issued}`,
      kind: 'oauth',
      issued_at: new Date(settings.start + issued * DAY).toISOString(),
      expires_at: new Date(settings.start + (issued + CREDENTIAL_DAYS + 1) * DAY).toISOString(),
    },
    session_id: `${agent.id}-${day}-s${session}`,
    task: { id: `${task}/${agent.id}-${day}-s${session}` },
    server: { id: server },
    method: 'tools/call',
    target: { type: 'tool', name },
    args: argsFor(agent, name, random),
    outcome: {
      status,
      ...(status === 'ok' ? {} : { reason: status === 'denied' ? 'not allowed at this time' : 'try again' }),
    },
    duration_ms: Math.round(40 + 400 * random.gamma(2)),
    bytes_out: bytesFor(name, random),
    ...work?.over?.(day, random),
  } as NativeEvent;
}
