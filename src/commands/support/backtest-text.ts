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
  asIf,
  difference,
  livedQuality,
  asIfQuality,
}: Backtest): string {
  const plot = (of: Backtest['lived']): string =>
    sparkline(
      of.byDay.map(([, bySeverity]) => Object.values(bySeverity).reduce((sum, n) => sum + n, 0)),
      PLOT,
    );
  const quality = (of: Quality | undefined): string =>
    of === undefined || of.judged === 0
      ? 'nothing judged'
      : `precision ${percent(of.precision)} (${of.right} of ${of.judged})${of.recall === undefined ? '' : `, recall ${percent(of.recall)} of ${of.hijacked} hijacked sessions`}`;
  const side = (name: string, of: Backtest['lived'], good: Quality | undefined): string =>
    `${name}  ${of.alerts} alerts, ${perDay(of)} a day, ${of.byAgent.length} agents hit; ${quality(good)}\n          ${plot(of)}\n`;
  const head = `${from} to ${to}: ${events} events of ${agents} agents\n\n${side('as lived', lived, livedQuality)}`;
  if (asIf === undefined || difference === undefined) return `${head}\n${detectors(lived)}\n`;
  const { added, gone, newlyHit } = difference;
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
  return `${head}${side('as if   ', asIf, asIfQuality)}\n${detectors(lived, asIf)}\n\n${added.length} would be new, ${gone.length} gone, ${newlyHit.length} agents hit for the first time\n${table}\n`;
}

function detectors(lived: Backtest['lived'], asIf?: Backtest['lived']): string {
  const now = new Map(asIf?.byDetector ?? []);
  const before = new Map(lived.byDetector);
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return textTable(
    ['detector', 'as lived', ...(asIf === undefined ? [] : ['as if'])],
    names.map((name) => [
      name,
      String(before.get(name) ?? 0),
      ...(asIf === undefined ? [] : [String(now.get(name) ?? 0)]),
    ]),
  );
}
