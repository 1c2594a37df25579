import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { counted } from '../../schemas/counted.ts';
import { csvCell } from '../alerts/escape.ts';
import type { QueryResult } from '../stores/store.ts';
import { parseCount } from './support/arguments.ts';
import { jsonLine } from './support/json-lines.ts';
import { textTable } from './support/rows.ts';
import { whileOpen } from './support/while-open.ts';

export interface QueryCommandOptions {
  open(config: string | undefined): Promise<{
    ask(sql: string, maxRows?: number): Promise<QueryResult>;
    close(): Promise<void>;
  }>;
  write(text: string): void;
  warn(text: string): void;
}

interface Options {
  config?: string;
  format: keyof typeof FORMATS;
  json?: boolean;
  limit?: number;
}

/** What there is to ask, as `--help` names it. */
export const VIEWS = [
  'v_events',
  'v_alerts',
  'v_verdicts',
  'v_agents',
  'v_scope',
  'v_grants_unused',
  'v_connections',
  'v_delegations',
  'v_secret_access',
  'v_flows',
  'v_creep_index',
  'v_rejects',
  'v_gaps',
];

export function queryCommand({ open, write, warn }: QueryCommandOptions): Command {
  return new Command('query')
    .description('Read the record with SQL (ClickHouse): read-only, and within the limits of the configuration.')
    .argument('<sql>', 'one statement that reads; - takes it from stdin')
    .addOption(new Option('--format <format>', 'how rows are shown').choices(Object.keys(FORMATS)).default('table'))
    .option('--json', 'a JSON line a row: --format json')
    .option('--limit <rows>', 'at most so many rows', parseCount)
    .option('--config <file>', 'configuration')
    .addHelpText(
      'after',
      `
Views: ${VIEWS.join(', ')}.

Examples:
  overreach query "SELECT agent_id, class, count() AS calls FROM v_events GROUP BY ALL ORDER BY calls DESC"
  overreach query "DESCRIBE v_events"
  overreach query --format csv "SELECT * FROM v_scope" > out-of-scope.csv
  echo "SELECT count() FROM v_events" | overreach query --json -`,
    )
    .action(async (sql: string, { config, format, json, limit }: Options) => {
      const statement = sql === '-' ? await text(process.stdin) : sql;
      await whileOpen(open(config), async (port) => {
        const result = await port.ask(statement, limit);
        write(FORMATS[json ? 'json' : format](result));
        const why = result.rows.length === limit ? '' : ': narrow it, or see query.max_rows';
        const more = result.truncated ? `; there are more${why}` : '';
        warn(`${counted(result.rows.length, 'row')} in ${result.elapsedMs} ms${more}\n`);
      });
    });
}

const FORMATS = {
  table: ({ columns, rows }: QueryResult): string => {
    const names = columns.map(({ name }) => name);
    return `${textTable(names, cells({ columns, rows }))}\n`;
  },
  json: ({ rows }: QueryResult): string => rows.map(jsonLine).join(''),
  csv: ({ columns, rows }: QueryResult): string =>
    [columns.map(({ name }) => name), ...cells({ columns, rows })]
      .map((row) => `${row.map(csvCell).join(',')}\r\n`)
      .join(''),
};

const cells = ({ columns, rows }: Pick<QueryResult, 'columns' | 'rows'>): string[][] =>
  rows.map((row) => columns.map(({ name }) => cell(row[name])));

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
