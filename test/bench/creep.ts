import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { reportOf } from './creep/report.ts';
import { runCompany } from './creep/run.ts';
import { type Tally, tallyOf } from './creep/tally.ts';
import { sourceOf, VARIANTS } from './creep/variants.ts';

/**
 * How well growing privilege is found: `npm run bench:creep [-- --agents 100 --seeds 1,2 --only NAME --jobs 2 --cases]`.
 * Companies out of the simulator with other seeds and constants, and out of another one by other rules (creep/elsewhere.ts),
 * through the engine as it is, beside two simple detectors and, for growth of volume alone, the ideal one. Alerts of severity medium or more count, of every detector: each is false
 * once, before its agent's story; a story is found where one about it is told, or told again. `--cases` lists each false
 * alert and each story that was missed.
 */
const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const say = (line = ''): void => {
  process.stdout.write(`${line}\n`);
};

interface World {
  name: string;
  seed: string;
  agents: number;
}

function tally({ name, seed, agents }: World): Tally {
  const started = process.cpuUsage();
  const run = runCompany(sourceOf(name, seed, agents));
  return tallyOf(run, `${name}, seed ${seed}`, process.cpuUsage(started).user / 1e6);
}

/** A world in a process of its own. */
async function apart(world: World): Promise<Tally> {
  const child = fork(fileURLToPath(import.meta.url), ['--world', JSON.stringify(world)]);
  const ended = once(child, 'exit');
  const answer = new Promise<Tally>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Tally));
    ended.then(() => reject(new Error(`${world.name}: the process ended by itself`)), reject);
  });
  const got = await answer;
  await ended;
  return got;
}

async function main(): Promise<void> {
  const only = option('only', '');
  const worlds = VARIANTS.filter((name) => only === '' || name === only).flatMap((name) =>
    option('seeds', '1')
      .split(',')
      .map((seed): World => ({ name, seed, agents: Number(option('agents', '100')) })),
  );
  const all: Tally[] = [];
  const queue = [...worlds];
  const work = async (): Promise<void> => {
    for (let world = queue.shift(); world !== undefined; world = queue.shift()) {
      const one = await apart(world);
      all.push(one);
      say(`\n${one.name}: ${world.agents} agents, ${one.events} events, ${one.seconds.toFixed(0)} s of a processor`);
      for (const line of reportOf([one])) say(line);
      if (process.argv.includes('--cases')) for (const line of one.cases) say(line);
    }
  };
  await Promise.all(Array.from({ length: Number(option('jobs', '2')) }, work));
  if (all.length > 1) {
    say('\nAll together');
    for (const line of reportOf(all)) say(line);
  }
}

const world = option('world', '');
if (world === '') await main();
else process.send!(tally(JSON.parse(world) as World), () => process.disconnect());
