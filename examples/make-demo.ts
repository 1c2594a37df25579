import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { NativeEvent } from '../schemas/event.ts';
import { createRandom, type Random } from '../src/simulate/random.ts';
import { type Call, COMPANY, type Member } from './demo/company.ts';
import { STORIES } from './demo/stories.ts';

/** A month of a small company, made from a seed: `npm run demo:data` writes it, a test holds the file against it. */

const START = Date.UTC(2026, 9, 1);
const DAYS = 30;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const CREDENTIAL_DAYS = 7;
const FAILED = 0.01;
const REFUSED = 0.003;

export interface DemoStory {
  id: string;
  title: string;
  agent: string;
  event_ids: string[];
}

export function makeDemo(): { events: NativeEvent[]; stories: DemoStory[] } {
  const random = createRandom('a small company, October 2026');
  const planted = new Map(STORIES.map(({ id }) => [id, [] as string[]]));
  const events: NativeEvent[] = [];
  for (const member of COMPANY)
    for (let day = 0; day < DAYS; day += 1) {
      const calls = dayOf(member, day, random.fork(`${member.id} ${day}`));
      for (const [n, { at, call, session, task, story, user }] of calls.entries()) {
        const event = eventOf(member, day, n, at, call, session, task, user, random.fork(`${member.id} ${day} ${n}`));
        if (story !== undefined) planted.get(story)!.push(event.event_id!);
        events.push(event);
      }
    }
  events.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : a.occurred_at > b.occurred_at ? 1 : 0));
  return {
    events,
    stories: STORIES.map(({ id, title, agent }) => ({ id, title, agent, event_ids: planted.get(id)! })),
  };
}

interface Placed {
  at: number;
  call: Call;
  session: string;
  task: string;
  user: string;
  story?: string;
}

/** The sessions of one agent on one day, in order of time: one or two tasks each, for one person. */
function dayOf(member: Member, day: number, random: Random): Placed[] {
  const placed: Placed[] = [];
  const weekday = new Date(START + day * DAY).getUTCDay();
  const level = weekday === 0 || weekday === 6 ? member.weekend : 1;
  const sessions = random.poisson(member.sessions * level * (0.9 + 0.1 * random.gamma(4)));
  for (let n = 0; n < sessions; n += 1) {
    const session = `${member.id}-${day + 1}-${n + 1}`;
    const [from, to] = random.chance(0.5) ? [7, 11.5] : [12.5, 16.5];
    let at = START + day * DAY + (from + (to - from) * random.next()) * HOUR;
    const user = member.users[Math.floor(member.users.length * random.next() ** 1.5)]!;
    for (let left = 1 + random.below(2); left > 0; left -= 1) {
      const { name, calls } = member.tasks[random.weighted(member.tasks.map(({ weight }) => weight))]!;
      const task = `${name}/${member.reference(day, random)}`;
      for (const call of calls(random, day)) {
        placed.push({ at: Math.floor(at), call, session, task, user });
        at += 3_000 + 30_000 * random.next();
      }
    }
  }
  for (const story of STORIES) {
    if (story.agent !== member.id) continue;
    const { calls, hour } = story.on(day, random.fork(story.id));
    let at = START + day * DAY + hour * HOUR;
    for (const call of calls) {
      const session = `${member.id}-${day + 1}-${story.session}`;
      const task = `${story.task}/${member.reference(day, random.fork(story.id))}`;
      placed.push({
        at: Math.floor(at),
        call,
        session,
        task,
        user: member.users[0]!,
        ...(call.planted ? { story: story.id } : {}),
      });
      at += (story.pause ?? 20_000) * (0.5 + random.next());
    }
  }
  return placed.sort((a, b) => a.at - b.at);
}

function eventOf(
  member: Member,
  day: number,
  n: number,
  at: number,
  { tool, args, result, bytes, status: given, reason }: Call,
  session: string,
  task: string,
  user: string,
  random: Random,
): NativeEvent {
  const [server, name] = tool.split('/') as [string, string];
  const issued = day - (day % CREDENTIAL_DAYS);
  const chance = random.next();
  const status = given ?? (chance < REFUSED ? 'denied' : chance < REFUSED + FAILED ? 'tool_error' : 'ok');
  const why = reason ?? (status === 'denied' ? 'not allowed at this time' : status === 'tool_error' ? 'try again' : '');
  return {
    event_id: `${member.id}-${day + 1}-${n}`,
    occurred_at: new Date(at).toISOString(),
    source: { kind: 'native', instance: 'gateway-1' },
    agent: { id: member.id, id_basis: 'service_account', name: member.role, version: '2.3.0' },
    user: { id: `user:${user}@acme.example`, email: `${user}@acme.example` },
    credential: {
      id: `${member.id}-key-${issued + 1}`,
      kind: 'oauth',
      issued_at: new Date(START + issued * DAY).toISOString(),
      expires_at: new Date(START + (issued + CREDENTIAL_DAYS + 1) * DAY).toISOString(),
    },
    session_id: session,
    task: { id: task },
    server: { id: server },
    method: 'tools/call',
    target: { type: 'tool', name },
    args,
    outcome: { status, ...(why === '' ? {} : { reason: why }) },
    duration_ms: Math.round(30 + 300 * random.gamma(2)),
    bytes_out: status === 'ok' ? Math.round((bytes ?? 900) * Math.exp(0.5 * random.normal())) : 120,
    src: { ip: member.ip },
    ...(result === undefined || status !== 'ok' ? {} : { result }),
  };
}

export const EVENTS_FILE = fileURLToPath(new URL('./demo.events.jsonl.gz', import.meta.url));
export const STORIES_FILE = fileURLToPath(new URL('./demo.stories.jsonl', import.meta.url));

const linesOf = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const textOf = ({ events, stories }: ReturnType<typeof makeDemo>) => ({
  events: linesOf(events),
  stories: linesOf(stories),
});

/** Whether the files are what the seed makes. */
export function isFresh(): boolean {
  const made = textOf(makeDemo());
  return (
    gunzipSync(readFileSync(EVENTS_FILE)).toString() === made.events &&
    readFileSync(STORIES_FILE, 'utf8') === made.stories
  );
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const made = textOf(makeDemo());
  writeFileSync(EVENTS_FILE, gzipSync(made.events, { level: 9 }));
  writeFileSync(STORIES_FILE, made.stories);
}
