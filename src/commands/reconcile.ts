import { Command } from 'commander';
import pc from 'picocolors';
import { escapeTerminal } from '../alerts/escape.ts';
import { OperationError } from '../errors.ts';
import { RECONCILE_SQL, type Reconciled, reconciledOf } from '../pipeline/reconcile.ts';
import type { Reader } from './support/reader.ts';
import { textTable } from './support/rows.ts';

export interface ReconcileCommandOptions {
  open(config: string | undefined): Promise<Reader>;
  write(text: string): void;
  color: boolean;
}

interface Options {
  config?: string;
  json?: boolean;
}

const HELP = `
Each partition counts what became of its records: folded, rejected, a repeat, no call. The counts are saved with each
checkpoint; here they are held against the rows that are stored at those offsets. Offsets themselves are never counted:
logs have holes. The server does the same every hour, goes on counting from where all was there, and raises an
operational alert where it was not. Exit code 1 where something is missing, or too much.

Examples:
  overreach reconcile
  overreach reconcile --json | jq 'select(.missing != 0)'`;

export function reconcileCommand({ open, write, color }: ReconcileCommandOptions): Command {
  return new Command('reconcile')
    .description(
      'Holds what was folded, rejected and repeated against the rows that are stored, partition by partition.',
    )
    .option('--json', 'a JSON line a partition')
    .option('--config <file>', 'configuration')
    .addHelpText('after', HELP)
    .action(async ({ config, json }: Options) => {
      const reader = await open(config);
      try {
        const found = (await reader.query(RECONCILE_SQL, {})).map(reconciledOf);
        write(json ? found.map((one) => `${JSON.stringify(one)}\n`).join('') : shown(found, pc.createColors(color)));
        const wrong = found.filter(({ missing }) => missing !== 0);
        if (wrong.length > 0)
          throw new OperationError(
            `${wrong.length} of ${found.length} partitions do not add up: the columns counted and stored differ`,
          );
      } finally {
        await reader.close();
      }
    });
}

function shown(found: readonly Reconciled[], colors: ReturnType<typeof pc.createColors>): string {
  if (found.length === 0) return 'no checkpoint yet: there is nothing to hold against each other\n';
  const table = textTable(
    ['partition', 'from', 'to', 'folded', 'rejected', 'repeats', 'no call', 'counted', 'stored', 'missing'],
    found.map((one) =>
      [
        escapeTerminal(one.partition),
        one.from,
        one.to,
        one.folded,
        one.rejected,
        one.duplicates,
        one.dropped,
        one.folded + one.rejected,
        one.stored,
        one.missing,
      ].map(String),
    ),
  );
  const missing = found.reduce((sum, one) => sum + Math.abs(one.missing), 0);
  return `${table}\n${missing === 0 ? colors.green('all that was counted is stored') : colors.red(`${missing} missing or too many`)}\n`;
}
