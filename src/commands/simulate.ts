import { Command, InvalidArgumentError } from 'commander';
import { STORY_KINDS } from '../simulate/stories.ts';
import { createWorld } from '../simulate/world.ts';
import { writeWorld } from '../simulate/write.ts';
import { parseCount, parseDays, parseShare } from './support/arguments.ts';
import { unwritable } from './support/writable.ts';

interface Options {
  agents: number;
  days: number;
  seed: string;
  out: string;
  stories: number;
  kinds?: string[];
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'Make up a company: months of MCP calls with honest change and planted stories, its grants, and the truth.',
    )
    .option('--agents <n>', 'how many agents', parseCount, 200)
    .option('--days <n>', 'how many days', parseDays, 90)
    .option('--seed <text>', 'the same seed makes the same company', '1')
    .option('--stories <share>', 'share of agents with a planted story', parseShare, 0.35)
    .option('--kinds <list>', 'which stories, with commas between them; absent: all', parseKinds)
    .option('--out <dir>', 'folder for events.jsonl.gz, grants.yaml and truth.jsonl', 'simulated')
    .addHelpText(
      'after',
      `
Stories (they begin when nearly half of the days are over): ${STORY_KINDS.join(', ')}.
Use creep grows 6 % a day out of 2, 8 or 30 privileged calls; low-and-slow 2 % a day for 60 days.
Honest change: read tools, granted duties, releases of a team, busy days, vacations, weekends.
truth.jsonl holds both, a line each: agent_id, kind (honest:* is no story), begins, ends, detail.

Examples:
  overreach simulate --agents 40 --days 60 --out sim
  overreach scan --grants sim/grants.yaml sim/events.jsonl.gz
  overreach simulate --kinds ladder,secret-reach --seed 7 --out ladders`,
    )
    .action(async ({ agents, days, seed, stories, kinds, out }: Options) => {
      const plan = { share: stories, from: 0.45, to: 0.8, ...(kinds === undefined ? {} : { kinds }) };
      const world = createWorld({ agents, days, seed, stories: plan });
      const { events } = await writeWorld(world, out).catch((error: NodeJS.ErrnoException) => {
        throw error.syscall === undefined ? error : unwritable(out, error);
      });
      const planted = world.truth.filter(({ kind }) => !kind.startsWith('honest:')).length;
      process.stderr.write(`${events} events of ${agents} agents over ${days} days, ${planted} stories: ${out}\n`);
    });
}

function parseKinds(text: string): string[] {
  const chosen = text.split(',').map((one) => one.trim());
  const unknown = chosen.find((one) => !STORY_KINDS.includes(one));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`there is no story ${JSON.stringify(unknown)}: ${STORY_KINDS.join(', ')}`);
  return chosen;
}
