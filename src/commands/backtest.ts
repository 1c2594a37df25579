import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import type { Severity } from '../../schemas/alert.ts';
import { utcDay } from '../../schemas/utc.ts';
import { IS_OPERATIONAL_SQL, IS_STORM_SQL } from '../alerts/own.ts';
import { byLabels, byVerdicts, differenceOf, type Quality, summarise, type ToldAlert } from '../backtest/compare.ts';
import { readLabels } from '../backtest/quality.ts';
import { type Backtest, htmlReport } from '../backtest/report.ts';
import { defaultFile } from '../config.ts';
import type { RuleContents } from '../engine/rules.ts';
import { ConfigError, OperationError } from '../errors.ts';
import { parseEnd, parseTime, repeated } from './support/arguments.ts';
import { instead as insteadOf, judgedAgain } from './support/as-if.ts';
import { backtestText } from './support/backtest-text.ts';
import { jsonLine } from './support/json-lines.ts';
import type { Progress } from './support/progress.ts';
import type { RecordReader } from './support/reader.ts';
import { whileOpen } from './support/while-open.ts';
import { checkWritable } from './support/writable.ts';

export interface BacktestCommandOptions {
  open(config: string | undefined): Promise<RecordReader>;
  write(text: string): void;
  progress(): Progress;
  now(): number;
}

interface Options {
  config?: string;
  record?: string;
  from: number;
  to: number;
  grants: string[];
  asIf?: boolean;
  labels?: string;
  report?: string;
  json?: boolean;
}

const HELP = `
As lived is what was told at the time. With --config or --grants every stored event is judged again, in the order in which
it came, under the given settings in place of those of its time; verdicts and all that was not given stay as lived. With
--as-if and neither of them it is judged again as lived, which must tell the same. Nothing that is stored changes.

Examples:
  overreach backtest --from 2026-10-01 --to 2026-10-31
  overreach backtest --grants stricter.yaml --report backtest.html
  overreach backtest --config candidate.yaml --labels labels.jsonl --json`;

const TOLD = `SELECT alert_id, argMin(agent_id, revision) AS agent, argMin(detector, revision) AS detector,
  argMin(severity, revision) AS severity, argMin(title, revision) AS title, argMin(session_id, revision) AS session,
  toUnixTimestamp64Milli(argMin(occurred_at, revision)) AS at
FROM alerts WHERE NOT ${IS_OPERATIONAL_SQL} AND NOT ${IS_STORM_SQL}
GROUP BY alert_id ORDER BY at, alert_id`;
/** Also those that hold no longer: what an alert was, it stays. */
const VERDICTS = 'SELECT alert_id, argMax(verdict, at) AS verdict FROM verdicts FINAL GROUP BY alert_id';
const SPAN = `SELECT count() AS events, uniqExact(agent_id) AS agents, toUnixTimestamp64Milli(min(occurred_at)) AS first,
  toUnixTimestamp64Milli(max(occurred_at)) AS last FROM v_events
WHERE occurred_at >= fromUnixTimestamp64Milli({from:Int64}) AND occurred_at <= fromUnixTimestamp64Milli({to:Int64})`;
/** Bounds of what a DateTime64 can hold, and of what an analyst means by always. */
const ALWAYS = [Date.UTC(1970, 0, 1), Date.UTC(2200, 0, 1)] as const;

export function backtestCommand(io: BacktestCommandOptions): Command {
  return new Command('backtest')
    .description('What was told over a time, and what other settings or grants would have told.')
    .addOption(
      new Option('--from <time>', 'the first alert that counts, by when it happened: a date or RFC 3339')
        .argParser(parseTime)
        .default(ALWAYS[0], 'from always'),
    )
    .addOption(
      new Option('--to <time>', 'the last; a date counts to its end')
        .argParser(parseEnd)
        .default(ALWAYS[1], 'to the newest'),
    )
    .option('--config <file>', 'judge again with the detectors, catalogue and grants of this configuration')
    .addOption(repeated('--grants <file>', 'judge again with these grants, from always'))
    .option('--as-if', 'judge again though nothing is given')
    .option('--labels <file>', 'labelled sessions (JSON lines, plain or .gz), in place of verdicts')
    .option('--report <file>', 'write a page with charts (HTML)')
    .option('--json', 'for machines')
    .option('--record <file>', 'configuration that names the record; default: the one in force here, else --config')
    .addHelpText('after', HELP)
    .action((options: Options) => run(io, options));
}

async function run({ open, write, progress, now }: BacktestCommandOptions, options: Options): Promise<void> {
  const instead = insteadOf(options);
  if (options.report !== undefined) await checkWritable(options.report);
  await whileOpen(open(options.record ?? defaultFile() ?? options.config), async (reader) => {
    const test = await backtest(reader, instead, options, progress, now);
    if (options.report !== undefined) await writeFile(options.report, htmlReport(test));
    write(options.json ? jsonLine(test) : backtestText(test));
  });
}

async function backtest(
  reader: RecordReader,
  instead: RuleContents | undefined,
  options: Options,
  progress: () => Progress,
  now: () => number,
): Promise<Backtest> {
  const { from, to } = options;
  const [span] = await reader.query(SPAN, { from, to });
  const events = Number(span?.events ?? 0);
  if (events === 0) throw new ConfigError('--from, --to: there are no events in that time');
  const inside = ({ at }: ToldAlert): boolean => at >= from && at <= to;
  const lived = (await reader.query(TOLD, {})).map(toldOf).filter(inside);
  const days = [Math.max(from, Number(span!.first)), Math.min(to, Number(span!.last))] as const;
  const judge = await judgeBy(reader, options.labels);
  const test: Backtest = {
    from: utcDay(days[0]),
    to: utcDay(days[1]),
    events,
    agents: Number(span!.agents),
    lived: summarise(lived, days),
    lived_quality: judge(lived),
    given: [options.config, ...options.grants].filter((one) => one !== undefined),
  };
  if (instead === undefined) return test;
  if (reader.kind === 'server')
    throw new OperationError(
      `a service holds the record (${reader.server.url}): stop it, or give a copy of its folder`,
    );
  const asIf = (await judgedAgain(reader.store, reader.loaded, instead, progress(), now)).filter(inside);
  return {
    ...test,
    as_if: summarise(asIf, days),
    as_if_quality: judge(asIf),
    difference: differenceOf(lived, asIf),
  };
}

const toldOf = (row: Record<string, unknown>): ToldAlert => ({
  alert_id: String(row.alert_id),
  agent: String(row.agent),
  detector: String(row.detector),
  severity: String(row.severity) as Severity,
  title: String(row.title),
  session: String(row.session),
  at: Number(row.at),
});

async function judgeBy(
  reader: RecordReader,
  labels: string | undefined,
): Promise<(told: readonly ToldAlert[]) => Quality> {
  if (labels !== undefined) {
    const sessions = (await readLabels(labels)).filter(({ phase }) => phase === undefined || phase === 'test');
    return (told) => byLabels(told, sessions);
  }
  const rows = await reader.query(VERDICTS, {});
  const verdicts = new Map(rows.map(({ alert_id, verdict }) => [String(alert_id), String(verdict)]));
  return (told) => byVerdicts(told, verdicts);
}
