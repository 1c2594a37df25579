import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import { escapeTerminal } from '../alerts/escape.ts';
import { ConfigError, OperationError } from '../errors.ts';
import { agentsThatFit } from '../pipeline/agents-that-fit.ts';
import { putInPlace, rebuild } from '../pipeline/rebuild.ts';
import type { Manifest } from '../stores/store.ts';
import { parseTime } from './support/arguments.ts';
import { jsonLine } from './support/json-lines.ts';
import type { RecordReader } from './support/reader.ts';
import { createRuleBook } from './support/rule-book.ts';
import { checkStill, watchStill } from './support/standing-still.ts';
import { whileOpen } from './support/while-open.ts';

export interface BaselineCommandOptions {
  open(config: string | undefined): Promise<RecordReader>;
  write(text: string): void;
  /** Progress, apart from the answer. */
  warn(text: string): void;
  now(): number;
}

interface Options {
  config?: string;
  from: number;
  dryRun?: boolean;
  force?: boolean;
  json?: boolean;
}

const HELP = `
The stored events are folded in the order in which they came, under the grants, verdicts and settings that were in force
then. The new state takes the place of the checkpoint; events and alerts stay as they are, and nothing is told. From a
time before the first event the state is the one that streaming made. Stop the service first; it goes on from there. On a ClickHouse
server, which others may share, it is watched for two checkpoints whether one still runs.

Examples:
  overreach baseline rebuild --from 2026-01-01 --dry-run
  overreach baseline rebuild --from 2026-06-01T12:00:00Z`;

const ANY = 'SELECT 1 AS one FROM events WHERE received_at >= fromUnixTimestamp64Milli({from:Int64}) LIMIT 1';
/** Agents named in the answer. */
const NAMED = 5;
/** Events between two lines of progress. */
const STEP = 50_000;

export function baselineCommand({ open, write, warn, now }: BaselineCommandOptions): Command {
  const command = new Command('baseline').description('What is normal for each agent, as the fold has learned it.');
  command
    .command('rebuild')
    .description('Learn it anew from the stored events, in place of the checkpoint.')
    .requiredOption('--from <time>', 'the first event that counts, by arrival: a date or RFC 3339', parseTime)
    .option('--dry-run', 'fold and compare, change nothing')
    .option('--force', 'do not look whether a process still runs')
    .option('--json', 'a JSON line a partition: events, agents, changed (ids of all that differ), replaced')
    .option('--config <file>', 'configuration')
    .addHelpText('after', HELP)
    .action(async ({ config, from, dryRun = false, force = false, json }: Options) => {
      await whileOpen(open(config), async (reader) => {
        if (reader.kind === 'server')
          throw new OperationError(`a service holds the record (${reader.server.url}): stop it first`);
        const { store, loaded } = reader;
        const partitions = await store.checkpointed();
        if (partitions.length === 0) throw new ConfigError('data_dir: there is no checkpoint yet to take the place of');
        if ((await reader.query(ANY, { from })).length === 0)
          throw new ConfigError(
            '--from: no event came since then, so that all would be forgotten; nothing was changed',
          );
        const manifests: Manifest[] = [];
        for (const partition of partitions) {
          const newest = await store.newestManifest(partition);
          if (newest !== null) manifests.push(newest);
        }
        // The embedded engine has one process at a time.
        const alone = dryRun || force || loaded.config.store.kind === 'chdb';
        const forMs = 2_000 * loaded.config.checkpoint.every_seconds;
        if (!alone) await watchStill(manifests, { store, forMs, pause: setTimeout });
        for (const instead of manifests) {
          const { partition } = instead;
          let told = 0;
          const rebuilt = await rebuild(instead, {
            store,
            book: createRuleBook({ store, now }).book,
            dedupeWindow: loaded.config.checkpoint.dedupe_window,
            from,
            keep: Math.ceil((loaded.config.checkpoint.max_agents_in_memory ?? agentsThatFit()) / 2),
            onProgress(events) {
              if (events - told < STEP) return;
              told = events;
              warn(`${partition}: ${events} events\n`);
            },
          });
          try {
            if (!alone) await checkStill(instead, store);
            if (!dryRun) await putInPlace(rebuilt, store, randomUUID(), now());
          } finally {
            rebuilt.close();
          }
          const { events, agentIds, changed } = rebuilt;
          const said = { partition, events, agents: agentIds.length, changed, replaced: !dryRun };
          write(json ? jsonLine(said) : answer(said));
        }
      });
    });
  return command;
}

interface Answer {
  partition: string;
  events: number;
  agents: number;
  /** Agents whose state differs from the checkpoint's. */
  changed: readonly string[];
  replaced: boolean;
}

function answer({ partition, events, agents, changed, replaced }: Answer): string {
  const names = changed.slice(0, NAMED).map(escapeTerminal).join(', ');
  const more = changed.length > NAMED ? `, and ${changed.length - NAMED} more` : '';
  const differs =
    changed.length === 0
      ? 'every state is as it was, byte by byte'
      : `${changed.length} ${changed.length === 1 ? 'state differs' : 'states differ'} from the checkpoint: ${names}${more}`;
  const done = replaced ? 'the checkpoint was replaced' : 'nothing was changed';
  return `${partition}: ${events} events folded, ${agents} agents; ${differs}; ${done}\n`;
}
