import { DAY } from '../../../schemas/durations.ts';
import type { NativeEvent } from '../../../schemas/event.ts';
import type { Charter, Grant } from '../../../schemas/grant.ts';
import type { Truth } from '../../../src/simulate/company.ts';
import { createRandom, type Random } from '../../../src/simulate/random.ts';
import { type Call, callEvent } from './elsewhere-event.ts';
import { createServers, type Server } from './elsewhere-servers.ts';
import { plant } from './elsewhere-stories.ts';

/**
 * A company by other rules than `src/simulate`: servers that no catalogue knows, reads and changes that vary by themselves,
 * work around the clock, in office hours, on a timetable or in one nightly batch, from two calls a day to hundreds, agents
 * that start late, days off for all, months that end, and stories of other shapes. What it lacks is as much of it as what
 * it has: names, sessions, grants, charters and hints may all be absent.
 */
export interface Elsewhere {
  seed: string;
  agents: number;
  days: number;
  /** Agents say which team they are of. */
  teams: boolean;
  sessions: boolean;
  hints: boolean;
  charters: boolean;
  grants: 'none' | 'undated' | 'dated';
  /** Calls a day, from and to; each agent's is anywhere between, by its logarithm. */
  rates: readonly [number, number];
  /** Share of the agents with a story, and of which kinds; absent: all. */
  stories: number;
  kinds?: readonly string[];
}

export const ELSEWHERE: Elsewhere = {
  seed: '1',
  agents: 24,
  days: 75,
  teams: true,
  sessions: true,
  hints: false,
  charters: true,
  grants: 'dated',
  rates: [6, 200],
  stories: 0.5,
};

export const START = Date.UTC(2026, 1, 2);
const RHYTHMS = ['office', 'always', 'timetable', 'batch'] as const;

/** One tool of an agent: how often it is called on an ordinary day, and what a story makes of it. */
export interface Use {
  server: string;
  tool: string;
  changes: boolean;
  from: number;
  to: number;
  perDay(day: number): number;
  /** What its calls say differently. */
  over?: (day: number, random: Random) => Partial<NativeEvent>;
}

export interface Worker {
  id: string;
  team: string;
  rhythm: (typeof RHYTHMS)[number];
  zone: number;
  born: number;
  uses: Use[];
  users: string[];
  expires(day: number): number;
  /** What reads and what changes come to on a day, over an ordinary one; and what changes were to be expected to. */
  reads: number[];
  changes: number[];
  expected: number[];
  random: Random;
}

export interface Company {
  settings: Elsewhere;
  servers: Server[];
  workers: Worker[];
  grants: Grant[];
  charters: Charter[];
  truth: Truth[];
  events(): Generator<NativeEvent>;
}

export function createCompany(given: Partial<Elsewhere> = {}): Company {
  const settings = { ...ELSEWHERE, ...given };
  const random = createRandom(`elsewhere ${settings.seed}`);
  const servers = createServers(random.fork('servers'), settings.hints);
  const workers = Array.from({ length: settings.agents }, (_, n) => createWorker(settings, servers, n, random));
  const company: Company = {
    settings,
    servers,
    workers,
    grants: [],
    charters: [],
    truth: [],
    *events() {
      for (let day = 0; day < settings.days; day += 1)
        yield* workers
          .flatMap((worker) => eventsOf(company, worker, day))
          .sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : a.occurred_at > b.occurred_at ? 1 : 0));
    },
  };
  for (const worker of workers) {
    const own = [...new Set(worker.uses.map(({ server }) => server))];
    if (settings.grants !== 'none') grant(company, worker, worker.uses, 0);
    if (settings.charters) company.charters.push({ agents: [worker.id], servers: own });
  }
  plant(company, random.fork('stories'));
  for (const worker of workers) change(company, worker, random.fork(`change ${worker.id}`));
  release(company, random.fork('release'));
  return company;
}

/** A grant for these uses, with a date where dates are written down. */
export function grant({ settings, grants }: Company, worker: Worker, uses: readonly Use[], day: number): void {
  grants.push({
    id: `g${grants.length}-${worker.id}`,
    effect: 'allow',
    agents: [worker.id],
    servers: [...new Set(uses.map(({ server }) => server))],
    targets: [...new Set(uses.map(({ tool }) => tool))],
    ...(settings.grants === 'dated' ? { valid_from: new Date(START + day * DAY).toISOString() } : {}),
  });
}

function createWorker(settings: Elsewhere, servers: readonly Server[], n: number, from: Random): Worker {
  const random = from.fork(`worker ${n}`);
  const team = n % 4;
  const [least, most] = settings.rates;
  const rate = least * (most / least) ** random.next();
  const share = random.chance(0.25) ? 0 : 0.08 + 0.4 * random.next();
  const home = servers.filter((server) => server.team === team);
  const uses: Use[] = [];
  const add = (changes: boolean, count: number, calls: number): void => {
    const all = home.flatMap((server) => (changes ? server.changes : server.reads).map((tool) => ({ server, tool })));
    for (let k = 0; k < count; k += 1) {
      const { server, tool } = random.pick(all);
      const mean = (calls * 2 ** -k) / (2 - 2 ** (1 - count));
      uses.push({ server: server.id, tool, changes, from: 0, to: settings.days, perDay: () => mean });
    }
  };
  add(false, 3 + random.below(3), rate * (1 - share));
  if (share > 0) add(true, 1 + random.below(3), rate * share);
  const late = random.chance(0.15) ? random.below(Math.floor(settings.days / 3)) : 0;
  const worker: Worker = {
    id: `${random.below(65_536).toString(16).padStart(4, '0')}-${n}`,
    team: `team-${team}`,
    rhythm: random.pick(RHYTHMS),
    zone: random.below(24),
    born: late,
    uses,
    users: Array.from({ length: 1 + random.below(3) }, (_, k) => `u${n}${k}`),
    expires: (day) => day + 30 - (day % 30),
    reads: [],
    changes: [],
    expected: [],
    random,
  };
  levels(settings, worker, from.fork(`levels ${n}`));
  return worker;
}

/** Reads and changes each wander by themselves; weekends, days off, busy days and ends of months come to both. */
function levels({ days }: Elsewhere, worker: Worker, random: Random): void {
  let [a, b] = [0, 0];
  const closes = random.chance(0.3);
  const away = random.chance(0.3) ? random.below(days) : days;
  for (let day = 0; day < days; day += 1) {
    a = 0.9 * a + 0.06 * random.normal();
    b = 0.9 * b + 0.06 * random.normal();
    const date = new Date(START + day * DAY);
    const weekend = date.getUTCDay() % 6 === 0 && worker.rhythm === 'office';
    const off = [44, 45, 60].includes(day) || (day >= away && day < away + 7);
    const rest = worker.rhythm === 'timetable' ? 1 : weekend ? 0.05 : off && worker.rhythm === 'office' ? 0.1 : 1;
    const busy = random.chance(0.03) ? 2.5 : closes && date.getUTCDate() >= 27 ? 1.6 : 1;
    const steady = worker.rhythm === 'timetable' ? 400 : 12;
    worker.reads.push(rest * busy * Math.exp(a) * random.gamma(steady));
    worker.expected.push(rest * busy * Math.exp(b));
    worker.changes.push(worker.expected[day]! * random.gamma(steady));
  }
}

/** Honest change of one agent: another tool to read with, and a duty that is granted where there are grants. */
function change(company: Company, worker: Worker, random: Random): void {
  const { settings, servers, truth, charters } = company;
  const known = worker.uses.map(({ server }) => server);
  const begin = (): number => 18 + random.below(settings.days - 20);
  for (let n = random.poisson(1.2); n > 0; n -= 1) {
    const server = servers.find(({ id }) => id === known[0])!;
    const [day, mean] = [begin(), 0.4 + 3 * random.next()];
    const use: Use = { ...use0(server.id, random.pick(server.reads), false), from: day, perDay: () => mean };
    worker.uses.push(use);
    if (settings.grants !== 'none') grant(company, worker, [use], day);
    truth.push({ agent_id: worker.id, kind: 'honest:read-tool', day, detail: use.tool });
  }
  // A duty without a grant could not be told from a story: companies without grants give none.
  if (settings.grants !== 'dated' || !random.chance(0.3)) return;
  const server = random.pick(servers.filter(({ team, id }) => team >= 0 && !known.includes(id)));
  const day = begin();
  const use: Use = { ...use0(server.id, random.pick(server.changes), true), from: day, perDay: () => 2 };
  worker.uses.push(use);
  grant(company, worker, [use], day);
  charters.find(({ agents: [id] }) => id === worker.id)?.servers?.push(server.id);
  truth.push({ agent_id: worker.id, kind: 'honest:duty', day, detail: `${use.server}/${use.tool}` });
}

/** One team gets a tool, within three days of each other. */
function release(company: Company, random: Random): void {
  const { settings, servers, workers, truth } = company;
  const team = random.below(4);
  const server = servers.find((one) => one.team === team)!;
  const day = 30 + random.below(20);
  const tool = `${server.changes[0]}2`;
  for (const worker of workers.filter((one) => one.team === `team-${team}`)) {
    const from = day + random.below(3);
    const use: Use = { ...use0(server.id, tool, true), from, perDay: () => 3 };
    worker.uses.push(use);
    if (settings.grants !== 'none') grant(company, worker, [use], day);
    company.charters.find(({ agents: [id] }) => id === worker.id)?.servers?.push(server.id);
    truth.push({ agent_id: worker.id, kind: 'honest:release', day: from, detail: `${server.id}/${tool}` });
  }
}

export const use0 = (server: string, tool: string, changes: boolean): Use => ({
  server,
  tool,
  changes,
  from: 0,
  to: Number.POSITIVE_INFINITY,
  perDay: () => 1,
});

function eventsOf(company: Company, worker: Worker, day: number): NativeEvent[] {
  if (day < worker.born) return [];
  const random = worker.random.fork(`day ${day}`);
  const calls: Call[] = worker.uses.flatMap((use) => {
    if (day < use.from || day >= use.to) return [];
    const level = (use.changes ? worker.changes : worker.reads)[day]!;
    return Array.from({ length: random.poisson(use.perDay(day) * level) }, () => ({ use, at: 0, session: 0 }));
  });
  place(worker, day, calls, random);
  return calls.map((call, n) => callEvent(company, worker, day, n, call, random));
}

/** When on the day: in bursts by office hours, any time, evenly spaced to the second, or all within an hour. */
function place({ rhythm, zone }: Worker, day: number, calls: Call[], random: Random): void {
  calls.sort(() => random.next() - 0.5);
  const midnight = START + day * DAY;
  let [at, session] = [0, -1];
  for (const [n, call] of calls.entries()) {
    if (rhythm === 'timetable') at = Math.round((n * DAY) / calls.length / 60_000) * 60_000;
    else if (rhythm === 'always') at = DAY * random.next();
    else if (rhythm === 'batch') at = (zone + (n + random.next()) / calls.length) * 3_600_000;
    else if (n === 0 || random.chance(0.2)) at = (8 + (zone % 8) + 8 * random.next()) * 3_600_000;
    else at += 20_000 * random.gamma(1);
    if (n === 0 || rhythm !== 'batch') session += random.chance(0.2) || n === 0 ? 1 : 0;
    call.at = midnight + (at % DAY);
    call.session = session;
  }
}
