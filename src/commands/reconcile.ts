import { Command } from 'commander';
import pc from 'picocolors';
import { escapeTerminal } from '../alerts/escape.ts';
import { OPERATIONAL } from '../alerts/own.ts';
import { OperationError } from '../errors.ts';
import { isPast, RECONCILE_SQL, type Reconciled, reconciledOf } from '../pipeline/reconcile.ts';
import { jsonLine } from './support/json-lines.ts';
import type { RecordReader } from './support/reader.ts';
import { textTable } from './support/rows.ts';
import { whileOpen } from './support/while-open.ts';

export interface ReconcileCommandOptions {
  open(config: string | undefined): Promise<RecordReader>;
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
logs have holes. The server does the same every hour, goes on counting from there, and raises an operational alert where
not all was there. It alone knows which of what is not there stands at another place, as what comes again after
checkpoint.dedupe_window records does: until it says so, that is no fault. Exit code 1 where such an alert is open, or
there are too many rows.

Examples:
  overreach reconcile
  overreach reconcile --json | jq 'select(.missing != 0)'`;

/** What the server found and has not seen mended. */
const TOLD = `SELECT title FROM v_alerts
WHERE detector = '${OPERATIONAL}' AND reason = 'reconcile_difference' AND stage != 'close' AND status != 'resolved' ORDER BY title`;

const tooMany = ({ partition, missing }: Reconciled): string => `${-missing} records of ${partition} are too many`;

export function reconcileCommand({ open, write, color }: ReconcileCommandOptions): Command {
  return new Command('reconcile')
    .description(
      'Holds what was folded, rejected and repeated against the rows that are stored, partition by partition.',
    )
    .option('--json', 'a JSON line a partition')
    .option('--config <file>', 'configuration')
    .addHelpText('after', HELP)
    .action(async ({ config, json }: Options) => {
      await whileOpen(open(config), async (reader) => {
        const { events_days: eventsDays } = reader.loaded.config.retention;
        const all = (await reader.query(RECONCILE_SQL, {})).map(reconciledOf);
        const found = all.filter((one) => !isPast(one, eventsDays, Date.now()));
        const told = (await reader.query(TOLD, {})).map(({ title }) => String(title));
        write(json ? found.map(outside).map(jsonLine).join('') : shown(found, pc.createColors(color)));
        const wrong = [...told, ...found.filter(({ missing }) => missing < 0).map(tooMany)];
        if (wrong.length > 0) throw new OperationError(`what was counted does not add up: ${wrong.join('; ')}`);
      });
    });
}

const outside = ({ since, ...one }: Reconciled): object => ({ ...one, since: new Date(since).toISOString() });

function shown(found: readonly Reconciled[], colors: ReturnType<typeof pc.createColors>): string {
  if (found.length === 0)
    return 'no checkpoint yet that retention has not passed: there is nothing to hold against each other\n';
  const table = textTable(
    ['partition', 'from', 'to', 'folded', 'rejected', 'repeats', 'no call', 'counted', 'stored', 'not there'],
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
  const sum = (signed: 1 | -1): number => found.reduce((all, { missing }) => all + Math.max(0, signed * missing), 0);
  const [absent, more] = [sum(1), sum(-1)];
  const said = [
    ...(absent > 0 ? [colors.yellow(`${absent} stand at another place, or are missing: the server says which`)] : []),
    ...(more > 0 ? [colors.red(`${more} too many`)] : []),
  ];
  return `${table}\n${said.join('\n') || colors.green('all that was counted is stored')}\n`;
}
