import type { RecordReader } from './reader.ts';

/** Tools of which nothing tells the class, in the last seven days: they count as write until the catalogue names them. */
export interface UnknownTools {
  tools: number;
  /** Calls of them. */
  calls: number;
  /** The one that is called most. */
  most?: { server: string; tool: string };
}

/** A tool that the catalogue has named since is known. */
const SQL = `SELECT count() AS tools, sum(of_it) AS calls, argMax(server, of_it) AS server, argMax(tool, of_it) AS tool
FROM (
  SELECT server_id AS server, target_name AS tool, countIf(class_from = 'default') AS of_it FROM events
  WHERE received_at > now() - INTERVAL 7 DAY AND method = 'tools/call' GROUP BY server, tool
  HAVING of_it > 0 AND maxIf(received_at, class_from = 'default') > maxIf(received_at, class_from = 'catalogue')
)`;

/** Undefined where the record does not answer, which is no reason to say nothing else. */
export async function unknownTools(reader: Pick<RecordReader, 'query'>): Promise<UnknownTools | undefined> {
  const rows = await reader.query(SQL, {}).catch(() => []);
  if (rows[0] === undefined) return undefined;
  const { tools, calls, server, tool } = rows[0];
  const most = { server: String(server), tool: String(tool) };
  return { tools: Number(tools), calls: Number(calls), ...(Number(tools) > 0 && { most }) };
}
