import { Command } from 'commander';
import { createWorld } from '../simulate/world.ts';
import { writeWorld } from '../simulate/write.ts';
import { parseCount, parseDays, parseShare } from './support/arguments.ts';

interface Options {
  agents: number;
  days: number;
  seed: string;
  out: string;
  stories: number;
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
    .option('--out <dir>', 'folder for events.jsonl.gz, grants.yaml and truth.jsonl', 'simulated')
    .addHelpText(
      'after',
      `
Examples:
  overreach simulate --agents 40 --days 60 --out sim
  overreach scan --grants sim/grants.yaml sim/events.jsonl.gz`,
    )
    .action(async ({ agents, days, seed, stories, out }: Options) => {
      const world = createWorld({ agents, days, seed, stories: { share: stories, from: 0.45, to: 0.8 } });
      const { events } = await writeWorld(world, out);
      const planted = world.truth.filter(({ kind }) => !kind.startsWith('honest:')).length;
      process.stderr.write(`${events} events of ${agents} agents over ${days} days, ${planted} stories: ${out}\n`);
    });
}
