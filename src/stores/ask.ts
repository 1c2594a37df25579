import { QueryError } from '../errors.ts';
import type { Answer, Connection } from './connection.ts';
import { engineCode, isRetryable } from './errors.ts';
import { checkStatement } from './guard.ts';
import type { QueryLimits, QueryResult } from './store.ts';

/** Codes of the engine that a person can do something about, in words. */
const SAID: Record<number, (limits: QueryLimits) => string> = {
  159: ({ maxSeconds }) => `took longer than ${maxSeconds} s: narrow it by agent_id or occurred_at`,
  160: ({ maxSeconds }) => `would take longer than ${maxSeconds} s: narrow it by agent_id or occurred_at`,
  164: () => 'only reads are answered here, and their limits stay as they are',
  241: () => 'needs more memory than a query may have: narrow it, or group by less',
  396: ({ maxBytes }) => `answers more than ${maxBytes} bytes: select fewer columns`,
};

/** Answers an analyst's statement within limits; what is wrong with it is a QueryError of one line. */
export async function ask(
  connection: Connection,
  sql: string,
  { limits, maxMemoryBytes, params }: { limits: QueryLimits; maxMemoryBytes: number; params: Record<string, unknown> },
): Promise<QueryResult> {
  checkStatement(sql);
  const started = performance.now();
  let answer: Answer;
  try {
    answer = await connection.ask(sql.replace(/[\s;]+$/, ''), { ...limits, maxMemoryBytes }, params);
  } catch (error) {
    throw explained(error, limits);
  }
  const { meta, data } = answer;
  return {
    columns: meta.map(({ name, type }) => ({ name, type })),
    // fromEntries makes own properties of all names, `__proto__` among them.
    rows: data.slice(0, limits.maxRows).map((row) => Object.fromEntries(row.map((value, i) => [meta[i]!.name, value]))),
    truncated: data.length > limits.maxRows,
    elapsedMs: Math.round(performance.now() - started),
  };
}

function explained(error: unknown, limits: QueryLimits): unknown {
  const code = engineCode(error);
  const said = code === undefined ? undefined : SAID[code];
  if (said !== undefined) return new QueryError(`the query ${said(limits)}`, { cause: error });
  if (error instanceof SyntaxError) return new QueryError('the statement answers no rows that can be shown here');
  if (code === undefined || isRetryable(error)) return error;
  return new QueryError((error as Error).message.split('\n')[0]!.slice(0, 2000), { cause: error });
}
