import pc from 'picocolors';
import type { Alert, Severity } from '../../../schemas/alert.ts';
import { cut } from '../../../schemas/cut.ts';
import type { AlertContext, Channel } from '../channel.ts';
import { escapeTerminal } from '../escape.ts';
import { isOver } from '../status.ts';
import { alertText } from '../text.ts';
import { wrap } from '../width.ts';

interface ConsoleOptions {
  name: string;
  /** Where it is printed, whole lines at a time. */
  write(text: string): void;
  /** Colours, where it is a terminal that shows them. */
  color: boolean;
  /** Columns; 100 where nobody knows. */
  width?: number;
}

/** For a person at a terminal: `up`, `demo`, `alerts show`. */
export function consoleChannel({ name, write, ...form }: ConsoleOptions): Channel {
  return {
    name,
    wantsContext: true,
    send: ({ alert, context }) => {
      write(`${renderAlert(alert, context, form)}\n\n`);
      return Promise.resolve({ ok: true, status: 0, detail: 'printed' });
    },
  };
}

type Colors = ReturnType<typeof pc.createColors>;
const LABEL = 14;
const BAR: Record<Severity, (colors: Colors) => (text: string) => string> = {
  critical: (colors) => (text) => colors.bold(colors.red(text)),
  high: (colors) => colors.red,
  medium: (colors) => colors.yellow,
  low: (colors) => colors.cyan,
  info: (colors) => colors.dim,
};

/** One alert as a block: a bar in its severity's colour, title, story, facts in columns, the first step and the SQL. */
export function renderAlert(
  alert: Alert,
  context: AlertContext | undefined,
  { color, width = 100 }: Pick<ConsoleOptions, 'color' | 'width'>,
): string {
  const colors = pc.createColors(color);
  const paint = isOver(alert) ? colors.green : BAR[alert.severity](colors);
  const text = alertText(alert, context);
  const room = Math.max(40, width) - 2;
  const fact = (label: string, value: string): string[] =>
    wrap(escapeTerminal(cut(value, 2_000)), room - LABEL).map(
      (line, index) => `${colors.dim((index === 0 ? label : '').padEnd(LABEL))}${line}`,
    );
  const lines = [
    ...wrap(`${text.badge}  ${escapeTerminal(cut(text.title, 1_000))}`, room).map((line) => colors.bold(paint(line))),
    ...wrap(escapeTerminal(cut(text.summary, 2_000)), room),
    '',
    ...fact('Do first', text.firstStep).map((line) => colors.bold(line)),
    ...text.facts.flatMap(({ label, text: value }) => fact(label, value)),
    ...text.calls.flatMap((call, index) => fact(index === 0 ? 'Calls' : '', call)),
    ...(text.link === undefined ? [] : fact('Page', text.link)),
    ...text.references.flatMap(({ label, text: value }) => fact(label, value)).map((line) => colors.dim(line)),
    // The query is to be copied: it stays one line.
    `${colors.dim('SQL'.padEnd(LABEL))}${escapeQuery(text.sql)}`,
  ];
  return lines.map((line) => `${paint('┃')} ${line}`.trimEnd()).join('\n');
}

/** Backslashes stay single, for in SQL they are escapes already; what cannot be seen is shown all the same. */
const escapeQuery = (sql: string): string => sql.split('\\').map(escapeTerminal).join('\\');
