import pc from 'picocolors';
import type { Alert, Verdict } from '../../../schemas/alert.ts';
import type { DeliverySummary, GivenVerdict } from '../../../schemas/api.ts';
import { cut } from '../../../schemas/cut.ts';
import { csvCell, escapeTerminal } from '../../alerts/escape.ts';
import { withoutAgent } from '../../alerts/storm-text.ts';
import { columns, widthOf } from '../../alerts/width.ts';

interface Form {
  color: boolean;
  /** Columns of the terminal; none where the text goes elsewhere, and is not cut. */
  width?: number;
}

const ALERT_COLUMNS = ['id', 'time', 'severity', 'stage', 'status', 'detector', 'agent', 'title'] as const;

/** Alerts, one a line, for a person or as CSV. */
export function alertsTable(alerts: readonly Alert[], form: Form | 'csv'): string {
  const rows = alerts.map((alert) => [
    alert.alert_id,
    alert.occurred_at,
    alert.severity,
    alert.stage,
    alert.status,
    alert.detector,
    alert.agent.id,
    // The agent has a column of its own, and there is little room.
    form === 'csv' ? alert.title : withoutAgent(alert),
  ]);
  if (form === 'csv') return [ALERT_COLUMNS, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n');
  return rows.length === 0 ? 'no alerts' : table(ALERT_COLUMNS, rows, form);
}

/** Deliveries of one alert, oldest first. */
export function deliveriesTable(rows: readonly DeliverySummary[], form: Form): string {
  if (rows.length === 0) return 'no deliveries';
  const sorted = [...rows].sort((a, b) => a.revision - b.revision || Date.parse(a.at) - Date.parse(b.at));
  const cells = sorted.map((row) => [
    row.channel,
    String(row.revision),
    row.state,
    String(row.attempt),
    row.at,
    (row.state === 'failed' && row.next_attempt_at) || '',
    row.status === 0 ? '' : String(row.status),
    row.detail,
  ]);
  return table(['channel', 'revision', 'state', 'failures', 'at', 'again at', 'status', 'detail'], cells, form);
}

/** Who said what, when and why, one a line. */
export function verdictLines(verdicts: readonly Verdict[]): string[] {
  return verdicts.map(({ at, author, verdict, reason, expires_at }) =>
    escapeTerminal(
      `${at}  ${author}: ${verdict}${reason === '' ? '' : `, ${reason}`}${expires_at === undefined ? '' : ` (until ${expires_at})`}`,
    ),
  );
}

/** Verdicts on alerts, newest first, one a line, with what each hides; of each alert the newest is in force. */
export function verdictsTable(verdicts: readonly GivenVerdict[], form: Form): string {
  if (verdicts.length === 0) return 'no verdicts';
  const newer = new Map<string, string>();
  const rows = verdicts.map((said) => {
    const replaced = newer.get(said.alert_id);
    newer.set(said.alert_id, said.at);
    return [
      said.alert_id,
      said.at,
      said.author,
      said.verdict,
      replaced === undefined ? (said.expires_at ?? '') : `replaced ${replaced}`,
      said.verdict === 'safe' && replaced === undefined ? `hid ${said.hidden} since` : '',
      `${said.title}${said.reason === '' ? '' : ` (${said.reason})`}`,
    ];
  });
  return table(['alert', 'time', 'author', 'verdict', 'until', 'hides', 'title'], rows, form);
}

const MAX_CELL = 40;

/** Columns as wide as what is in them, the last one with what room is left; every cell is escaped and stays one line. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { color, width = Number.POSITIVE_INFINITY }: Form,
): string {
  const last = head.length - 1;
  const shown = rows.map((row) =>
    row.map((cell, index) => cut(escapeTerminal(cell), index === last ? 2_000 : MAX_CELL)),
  );
  const widths = head.map((name, index) => Math.max(widthOf(name), ...shown.map((row) => widthOf(row[index]!))));
  const room = Math.max(20, width - widths.slice(0, last).reduce((sum, each) => sum + each + 2, 0));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) =>
        index === last ? cutToWidth(cell, room) : cell + ' '.repeat(widths[index]! - widthOf(cell)),
      )
      .join('  ')
      .trimEnd();
  return [pc.createColors(color).dim(line(head)), ...shown.map(line)].join('\n');
}

function cutToWidth(text: string, room: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += columns(character);
    if (used > room - 1 && widthOf(text) > room) return `${kept}…`;
    kept += character;
  }
  return kept;
}
