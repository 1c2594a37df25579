import { QueryError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { engineCode, engineMessage, isRetryable } from './errors.ts';
import { checkStatement } from './guard.ts';
import type { QueryLimits, QueryResult } from './store.ts';

/** Codes of the engine that a person can do something about, in words. */
const SAID: Record<number, (limits: QueryLimits) => string> = {
  159: ({ maxSeconds }) => `the query took longer than ${maxSeconds} s: narrow it by agent_id or occurred_at`,
  160: ({ maxSeconds }) => `the query would take longer than ${maxSeconds} s: narrow it by agent_id or occurred_at`,
  164: () => 'SETTINGS are refused: limits stay as they are',
  241: () => 'the query needs more memory than a query may have: narrow it, or group by less',
};

/** Answers an analyst's statement within limits; what is wrong with it is a QueryError of one line. */
export async function ask(
  connection: Connection,
  sql: string,
  { limits, maxMemoryBytes, params }: { limits: QueryLimits; maxMemoryBytes: number; params: Record<string, unknown> },
): Promise<QueryResult> {
  checkStatement(sql);
  for (const name of Object.keys(params))
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new QueryError('a parameter is named by letters, digits and _');
  const started = performance.now();
  const wanted = { ...limits, maxMemoryBytes };
  const result: QueryResult = { columns: [], rows: [], truncated: false, elapsedMs: 0 };
  let bytes = 0;
  try {
    for await (const piece of connection.ask(sql.replace(/[\s;]+$/, ''), wanted, params)) {
      limits.gone?.throwIfAborted();
      const { names, types } = piece;
      result.columns = names.map((name, i) => ({ name, type: types[i]! }));
      bytes += piece.bytes;
      // fromEntries makes own properties of all names, `__proto__` among them.
      for (const row of piece.rows) result.rows.push(Object.fromEntries(row.map((value, i) => [names[i]!, value])));
      result.truncated = result.rows.length > limits.maxRows || bytes > limits.maxBytes;
      if (result.truncated) break;
    }
  } catch (error) {
    throw explained(error, limits);
  }
  result.rows = result.rows.slice(0, limits.maxRows);
  result.elapsedMs = Math.round(performance.now() - started);
  return result;
}

function explained(error: unknown, limits: QueryLimits): unknown {
  if (limits.gone?.aborted) return new QueryError('nobody waits for the answer any more', { cause: error });
  const code = engineCode(error);
  const said = code === undefined ? undefined : SAID[code];
  if (said !== undefined) return new QueryError(said(limits), { cause: error });
  if (error instanceof SyntaxError) return new QueryError('the statement answers no rows that can be shown here');
  if (code === undefined || isRetryable(error)) return error;
  return new QueryError(engineMessage(error), { cause: error });
}
