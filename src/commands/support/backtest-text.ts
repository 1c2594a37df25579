import type { Quality } from '../../backtest/compare.ts';
import { type Backtest, percent, perDay } from '../../backtest/report.ts';
import { sparkline } from '../../creep/series.ts';
import { textTable } from './rows.ts';

const PLOT = 60;

/** A backtest for a person at a terminal. */
export function backtestText({
  from,
  to,
  events,
  agents,
  lived,
  as_if,
  difference,
  lived_quality,
  as_if_quality,
}: Backtest): string {
  const plot = (of: Backtest['lived']): string =>
    sparkline(
      of.by_day.map(([, bySeverity]) => Object.values(bySeverity).reduce((sum, n) => sum + n, 0)),
      PLOT,
    );
  const quality = (of: Quality | undefined): string =>
    of === undefined || of.judged === 0
      ? 'nothing judged'
      : `precision ${percent(of.precision)} (${of.right} of ${of.judged})${of.recall === undefined ? '' : `, recall ${percent(of.recall)} of ${of.hijacked} hijacked sessions`}`;
  const side = (name: string, of: Backtest['lived'], good: Quality | undefined): string =>
    `${name}  ${of.alerts} alerts, ${perDay(of)} a day, ${of.by_agent.length} agents hit; ${quality(good)}\n          ${plot(of)}\n`;
  const head = `${from} to ${to}: ${events} events of ${agents} agents\n\n${side('as lived', lived, lived_quality)}`;
  if (as_if === undefined || difference === undefined) return `${head}\n${detectors(lived)}\n`;
  const { added, gone, newly_hit } = difference;
  const changes = [...added.map((one) => ['new', one] as const), ...gone.map((one) => ['gone', one] as const)];
  const rows = changes
    .slice(0, 40)
    .map(([what, { at, severity, detector, agent, title }]) => [
      what,
      new Date(at).toISOString().slice(0, 16),
      severity,
      detector,
      agent,
      title,
    ]);
  const more = changes.length > rows.length ? `\nand ${changes.length - rows.length} more` : '';
  const table =
    rows.length === 0
      ? 'no difference'
      : `${textTable(['', 'time', 'severity', 'detector', 'agent', 'what'], rows)}${more}`;
  return `${head}${side('as if   ', as_if, as_if_quality)}\n${detectors(lived, as_if)}\n\n${added.length} would be new, ${gone.length} gone, ${newly_hit.length} agents hit for the first time\n${table}\n`;
}

function detectors(lived: Backtest['lived'], as_if?: Backtest['lived']): string {
  const now = new Map(as_if?.by_detector ?? []);
  const before = new Map(lived.by_detector);
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return textTable(
    ['detector', 'as lived', ...(as_if === undefined ? [] : ['as if'])],
    names.map((name) => [
      name,
      String(before.get(name) ?? 0),
      ...(as_if === undefined ? [] : [String(now.get(name) ?? 0)]),
    ]),
  );
}
