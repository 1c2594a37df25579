import type { Truth } from '../../../src/simulate/company.ts';
import type { Random } from '../../../src/simulate/random.ts';
import { type Company, grant, type Use, use0, type Worker } from './elsewhere.ts';

type Plot = (company: Company, worker: Worker, day: number, random: Random) => Use[] | null;

/** A story for a share of the agents that were there early enough, each kind as often as the others. */
export function plant(company: Company, random: Random): void {
  const { settings, workers, truth } = company;
  const kinds = settings.kinds ?? Object.keys(PLOTS);
  let [planted, tried] = [0, 0];
  for (const worker of workers) {
    if (worker.born > 8 || planted >= settings.stories * workers.length) continue;
    for (let k = 0; k < kinds.length; k += 1) {
      const kind = kinds[(tried + k) % kinds.length]!;
      const day = 36 + random.below(settings.days - 36 - 15);
      const uses = PLOTS[kind]!(company, worker, day, random);
      if (uses === null) continue;
      tried += k + 1;
      worker.uses.push(...uses);
      // Nothing of it is out of scope: what may be done was granted beforehand.
      if (settings.grants !== 'none' && uses.length > 0 && kind !== 'grant-creep') grant(company, worker, uses, 0);
      if (kind !== 'charter-drift')
        company.charters.find(({ agents: [id] }) => id === worker.id)?.servers?.push(...uses.map((use) => use.server));
      const story: Truth = { agent_id: worker.id, kind, day, detail: uses.map(({ tool }) => tool).join(', ') };
      truth.push(story);
      planted += 1;
      break;
    }
  }
}

const more = (use: Use, from: number, growth: (age: number) => number): Use => ({
  ...use,
  from,
  perDay: (day) => use.perDay(day) * (growth(day - from) - 1),
});

/** The agent's changes, made so many a day, grow: in a line, by a power, or in weekly steps. */
function grow(worker: Worker, day: number, calls: number, random: Random): Use[] | null {
  const own = worker.uses.filter(({ changes }) => changes);
  if (own.length === 0) return null;
  const scale = calls / own.reduce((sum, use) => sum + use.perDay(0), 0);
  for (const use of own) {
    const before = use.perDay(0);
    use.perDay = () => before * scale;
  }
  const shape = random.pick([
    (age: number) => 1 + age / 10,
    (age: number) => Math.min(4, 1.07 ** age),
    (age: number) => 1 + 0.5 * Math.floor(1 + age / 5),
  ]);
  return own.map((use) => more(use, day, shape));
}

const at = (company: Company, id: string): string[] => company.servers.find((server) => server.id === id)!.changes;
const steady = (server: string, tool: string, from: number, calls: number): Use => ({
  ...use0(server, tool, true),
  from,
  perDay: () => calls,
});

function steps(company: Company, worker: Worker, day: number, random: Random): Use[] {
  const { servers } = company;
  const strange = random.pick(servers.filter((s) => s.team >= 0 && worker.uses.every(({ server }) => server !== s.id)));
  const apart = 3 + random.below(7);
  const own = worker.uses.some(({ changes }) => changes);
  const way: [string, string][] = [
    ...(own ? [] : [[strange.id, random.pick(strange.changes)] as [string, string]]),
    ['runner-mcp', random.pick(at(company, 'runner-mcp'))],
    ['keys-mcp', random.pick(at(company, 'keys-mcp'))],
    ['people-mcp', random.pick(at(company, 'people-mcp'))],
  ];
  return way.map(([server, tool], n) => steady(server, tool, day + n * apart, 1 + random.below(4)));
}

const PLOTS: Record<string, Plot> = {
  'use-creep-low': (_company, worker, day, random) => grow(worker, day, 3, random),
  'use-creep-middle': (_company, worker, day, random) => grow(worker, day, 12, random),
  'use-creep-high': (_company, worker, day, random) => grow(worker, day, 60, random),
  'low-and-slow'(_company, worker, day) {
    const own = worker.uses.filter(({ changes }) => changes);
    return own.length === 0 ? null : own.map((use) => more(use, day, (age) => 1.02 ** Math.min(60, age)));
  },
  ladder: steps,
  'grant-creep'(company, worker, day, random) {
    if (company.settings.grants !== 'dated') return null;
    const uses = steps(company, worker, day, random);
    for (const use of uses) grant(company, worker, [use], use.from);
    return uses;
  },
  'charter-drift'(company, worker, day, random) {
    if (!company.settings.charters) return null;
    const far = random.pick(
      company.servers.filter((s) => s.team >= 0 && worker.uses.every(({ server }) => server !== s.id)),
    );
    const changes = random.chance(0.5);
    const tool = random.pick(changes ? far.changes : far.reads);
    return [{ ...use0(far.id, tool, changes), from: day, perDay: (on) => 0.7 * 1.1 ** (on - day) }];
  },
  delegation(_company, worker, day, random) {
    const own = worker.uses.find(({ changes }) => changes);
    if (own === undefined) return null;
    // A stranger of its own: who comes to a second agent of a team was told of at the first.
    const id = `mallory-${worker.id}`;
    const chain = random.chance(0.5) ? [{ sub: 'broker' }, { sub: id }] : [{ sub: id }];
    return [{ ...own, from: day, perDay: () => 4, over: () => ({ user: { id }, delegation: chain }) }];
  },
  credentials(_company, worker, day) {
    const expires = worker.expires;
    worker.expires = (on) => (on < day ? expires(on) : day - 0.5);
    return [];
  },
  dormant(company, worker, day, random) {
    const server = random.pick(company.servers.filter(({ team }) => team >= 0));
    const use = use0(server.id, random.pick(server.changes), true);
    if (worker.uses.some((known) => known.server === use.server && known.tool === use.tool) || day < 45) return null;
    return [
      { ...use, from: 1, to: 9, perDay: () => 3 },
      { ...use, from: day, perDay: () => 3 },
    ];
  },
  'secret-reach'(_company, worker, day, random) {
    const own = worker.uses.find(({ changes }) => !changes)!;
    const path = random.pick(['/app/.env', '~/.ssh/id_rsa', '/var/run/secrets/token', '~/.aws/credentials']);
    return [
      random.chance(0.5)
        ? { ...own, from: day, perDay: () => 2, over: () => ({ args: { path } }) }
        : {
            ...own,
            from: day,
            perDay: () => 2,
            over: () => ({ method: 'resources/read', target: { type: 'resource', name: `file://${path}` } }),
          },
    ];
  },
  'data-volume'(_company, worker, day) {
    const own = worker.uses.find(({ changes }) => !changes)!;
    const bulk = (_day: number, random: Random) => ({ bytes_out: Math.round(400_000 * (1 + random.gamma(2))) });
    return [{ ...own, from: day, perDay: () => 3, over: bulk }];
  },
};
