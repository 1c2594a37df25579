import { Command, Option } from 'commander';
import {
  type Alert,
  SEVERITIES,
  type Severity,
  STATUSES,
  VERDICTS,
  type Verdict,
  type VerdictBody,
} from '../../schemas/alert.ts';
import type { AroundAlert, DeliverySummary, GivenVerdict } from '../../schemas/api.ts';
import type { AlertContext, SendResult } from '../alerts/channel.ts';
import { renderAlert } from '../alerts/channels/console.ts';
import { firstStep } from '../alerts/first-step.ts';
import { ConfigError, OperationError } from '../errors.ts';
import type { AlertFilter } from '../stores/store.ts';
import { alertsTable, deliveriesTable, verdictLines, verdictsTable } from './support/alert-tables.ts';
import { parseCount, parseEnd, parseTime, repeated } from './support/arguments.ts';
import { jsonLine } from './support/json-lines.ts';
import type { Screen } from './support/screen.ts';
import { whileOpen } from './support/while-open.ts';

interface ShownAlert {
  alert: Alert;
  context: AlertContext;
  verdicts: Verdict[];
  deliveries: DeliverySummary[];
}

/** What the verbs need: a running `up` over HTTP, or the data folder itself. */
export interface AlertsPort {
  list(filter: AlertFilter): Promise<Alert[]>;
  show(id: string): Promise<ShownAlert | null>;
  deliveries(id: string): Promise<DeliverySummary[]>;
  /** Puts deliveries back, under their old ids; resolves to how many. */
  resend(what: { ids: readonly string[]; since?: number; channel?: string }): Promise<number>;
  /** Sends a marked example over one channel, at once and around the outbox. */
  test(channel: string): Promise<SendResult>;
  verdict(id: string, body: VerdictBody): Promise<Verdict>;
  /** What was said last, newest first, and how much each has hidden since. */
  verdicts(limit: number): Promise<GivenVerdict[]>;
  close(): Promise<void>;
}

export interface AlertsCommandOptions {
  open(config: string | undefined): Promise<AlertsPort>;
  screen: Screen;
}

/** As many as a server answers at once. */
const MOST_VERDICTS = 1_000;

interface Common {
  config?: string;
  json?: boolean;
}

export function alertsCommand({ open, screen }: AlertsCommandOptions): Command {
  const command = new Command('alerts').description('List, show, send again, test and judge alerts.');
  command.addHelpText(
    'after',
    `
Examples:
  overreach alerts list --severity high --status new --since 2026-11-20T00:00:00Z
  overreach alerts show 5f0c3a
  overreach alerts verdict 5f0c3a safe --reason "planned migration" --expires 2026-12-01T00:00:00Z
  overreach alerts verdicts
  overreach alerts resend --since 2026-11-20T00:00:00Z --channel soc
  overreach alerts test --channel soc`,
  );
  const print = (text: string): void => screen.write(`${text}\n`);
  const printLines = (rows: readonly unknown[]): void => screen.write(rows.map(jsonLine).join(''));

  /** One sub-verb: opens the port, runs, closes it. */
  function verb<O extends Common>(
    usage: string,
    description: string,
    run: (port: AlertsPort, options: O, args: string[]) => Promise<void>,
  ): Command {
    const made = command
      .command(usage)
      .description(description)
      .option('--config <file>', 'configuration')
      .option('--json', 'for machines');
    return made.action((...all: unknown[]) =>
      whileOpen(open(made.opts<O>().config), (port) => run(port, made.opts<O>(), all.slice(0, -2).map(String))),
    );
  }

  verb<Common & Omit<AlertFilter, 'minSeverity'> & { severity?: Severity; csv?: boolean }>(
    'list',
    'Newest revision of each alert, newest first.',
    async (port, { config, json, csv, severity, ...asked }) => {
      const filter = { ...asked, ...(severity && { minSeverity: severity }) };
      const alerts = await port.list(filter);
      if (json) printLines(alerts);
      else print(alertsTable(alerts, csv ? 'csv' : screen));
    },
  )
    .option('--agent <id>', 'of this agent')
    .option('--detector <id>', 'of this detector')
    .addOption(new Option('--severity <name>', 'of this severity or higher').choices([...SEVERITIES]))
    .addOption(new Option('--status <name>', 'of this status: new ones nobody has judged').choices([...STATUSES]))
    .option('--since <time>', 'since this time (RFC 3339)', parseTime)
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .option('--csv', 'for spreadsheets');

  verb<Common>(
    'show <id>',
    'One alert whole: proof, calls of its session, verdicts, deliveries.',
    async (port, { json }, [id = '']) => {
      const found = await port.show(id);
      if (found === null) throw new OperationError(`no alert ${id}`);
      if (json) return screen.write(jsonLine(answerOf(found)));
      print(renderAlert(found.alert, found.context, screen));
      for (const line of verdictLines(found.verdicts)) print(line);
      if (found.deliveries.length > 0) print(deliveriesTable(found.deliveries, screen));
    },
  );

  verb<Common>('deliveries <id>', 'What became of an alert on each channel.', async (port, { json }, [id = '']) => {
    const rows = await port.deliveries(id);
    if (json) printLines(rows);
    else print(deliveriesTable(rows, screen));
  });

  verb<Common & { id: string[]; since?: number; channel?: string }>(
    'resend',
    'Put deliveries back, under the ids that their receivers know.',
    async (port, { id: ids, since, channel, json }) => {
      if (ids.length === 0 && since === undefined) throw new ConfigError('alerts resend: give --id or --since');
      const count = await port.resend({
        ids,
        ...(since === undefined ? {} : { since }),
        ...(channel === undefined ? {} : { channel }),
      });
      if (json) screen.write(jsonLine({ resent: count }));
      else print(`${count} ${count === 1 ? 'delivery' : 'deliveries'} put back`);
    },
  )
    .addOption(repeated('--id <alert>', 'of this alert'))
    .option('--since <time>', 'of alerts since this time (RFC 3339)', parseTime)
    .option('--channel <name>', 'over this channel only');

  verb<Common & { channel: string }>(
    'test',
    'Send a marked example over one channel and say what came of it.',
    async (port, { channel, json }) => {
      const result = await port.test(channel);
      const code = result.status === 0 ? '' : ` (${result.status})`;
      if (json) screen.write(jsonLine(result));
      else if (result.ok) print(`${channel}: delivered${code}`);
      if (!result.ok) throw new OperationError(`${channel}: not delivered${code}: ${result.detail}`);
    },
  ).requiredOption('--channel <name>', 'name of the channel, as configured');

  verb<Common & { reason: string; expires?: number }>(
    'verdict <id> <verdict>',
    `Say what an alert was: ${VERDICTS.join(', ')}.`,
    async (port, { reason, expires, json }, [id = '', said = '']) => {
      const verdict = VERDICTS.find((known) => known === said);
      if (verdict === undefined) throw new ConfigError(`alerts verdict: a verdict is one of ${VERDICTS.join(', ')}`);
      const stored = await port.verdict(id, {
        verdict,
        reason,
        ...(expires === undefined ? {} : { expires_at: new Date(expires).toISOString() }),
      });
      if (json) screen.write(jsonLine(stored));
      else print(verdictLines([stored])[0]!);
    },
  )
    .option('--reason <text>', 'why', '')
    .option('--expires <time>', 'until when it holds: a date, to its end, or RFC 3339', parseEnd);

  verb<Common & { limit: number }>(
    'verdicts',
    'What was said of alerts, newest first, and how much each verdict has hidden since.',
    async (port, { limit, json }) => {
      if (limit > MOST_VERDICTS)
        throw new ConfigError(`alerts verdicts --limit: at most ${MOST_VERDICTS}; all of them are in v_verdicts`);
      const said = await port.verdicts(limit);
      if (json) printLines(said);
      else print(verdictsTable(said, screen));
    },
  ).option('--limit <count>', 'at most so many', parseCount, 50);

  return command;
}

/** As GET /v1/alerts/ID answers. */
function answerOf({ alert, context, ...rest }: ShownAlert): object {
  const { calls = [], beside = [], firstStep: own } = context;
  const around: AroundAlert = { first_step: firstStep(alert, own), calls, beside };
  return { alert, ...around, ...rest };
}
