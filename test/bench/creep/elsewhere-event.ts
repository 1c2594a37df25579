import { DAY } from '../../../schemas/durations.ts';
import type { NativeEvent } from '../../../schemas/event.ts';
import type { Random } from '../../../src/simulate/random.ts';
import { type Company, START, type Use, type Worker } from './elsewhere.ts';

export interface Call {
  use: Use;
  at: number;
  session: number;
}

export function callEvent(
  { settings, servers }: Company,
  worker: Worker,
  day: number,
  n: number,
  { use, at, session }: Call,
  random: Random,
): NativeEvent {
  const { hints } = servers.find(({ id }) => id === use.server)!;
  const chance = random.next();
  return {
    event_id: `${worker.id}.${day}.${n}`,
    occurred_at: new Date(at).toISOString(),
    agent: { id: worker.id, id_basis: 'subject', ...(settings.teams ? { name: worker.team } : {}) },
    user: { id: random.pick(worker.users) },
    credential: { id: `${worker.id}-key`, expires_at: new Date(START + worker.expires(day) * DAY).toISOString() },
    ...(settings.sessions ? { session_id: `${worker.id}.${day}.${session}` } : {}),
    server: { id: use.server },
    method: 'tools/call',
    target: { name: use.tool },
    ...(hints ? { annotations: { read_only: !use.changes, destructive: use.changes } } : {}),
    args: { ref: `${use.server.slice(0, 3)}-${Math.floor(80 * random.next() ** 2)}`, limit: 20 },
    outcome: chance < 0.01 ? { status: 'denied', reason: 'policy' } : { status: chance < 0.04 ? 'tool_error' : 'ok' },
    duration_ms: Math.round(200 * random.gamma(1)),
    bytes_out: Math.round((use.changes ? 150 : 3000) * Math.exp(random.normal())),
    ...use.over?.(day, random),
  };
}
