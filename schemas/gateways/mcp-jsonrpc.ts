import { type Gateway, GatewayError, type NativeDraft } from './gateway.ts';
import { callOf, targetOf } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { rpcOutcome, told } from './lib/outcome.ts';
import { isObject, type Json, object, text } from './lib/values.ts';

/**
 * The messages of MCP themselves, as a tap sees them. They name neither time nor caller: both come from the envelope,
 * where there is one. An answer belongs to the request of its id; alone, it says what its own shape tells.
 */
export const mcpJsonrpc: Gateway = {
  name: 'mcp-jsonrpc',
  title: 'MCP JSON-RPC messages',
  reference: 'modelcontextprotocol specification 2024-11-05 to 2026-07-28',
  carries: ['client', 'method', 'target', 'args', 'result', 'outcome', 'jsonrpc_id', 'facts.tools'],
  claims: (record) => record.jsonrpc === '2.0' && ('method' in record || 'result' in record || 'error' in record),
  translate(record, context) {
    const foreign = context.named === true ? undefined : foreignPart(record);
    if (foreign !== undefined)
      throw new GatewayError(`${foreign} none of MCP; a source with gateway: mcp-jsonrpc would take it`);
    const id = text(record.id);
    const { headers, instance } = context;
    const session = headers['mcp-session-id'];
    const agent = headers.ce_agent ?? headers.ce_partitionkey;
    // Ids begin anew with each connection: without a session who speaks with whom tells one from another.
    const connection = session === undefined ? `#${agent ?? ''}/${headers.ce_server ?? ''}` : `~${session}`;
    const shared: NativeDraft = {
      agent: agentOf([['subject', agent]]),
      server: { id: headers.ce_server ?? instance },
      session_id: session,
      jsonrpc_id: id,
      pair: id === undefined ? undefined : `${connection}#${ofServer(record) ? 'server#' : ''}${id}`,
    };
    if ('method' in record)
      return [
        {
          ...callOf(record),
          ...shared,
          own: JSON.stringify([record.method, record.params]),
          outcome: { status: 'unknown' },
          phase: id === undefined ? 'complete' : 'request',
        },
      ];
    return [
      {
        ...shared,
        alone: inferred(record),
        ...told(rpcOutcome(record) ?? { status: 'unknown' }),
        result: record.result,
        phase: 'complete',
      },
    ];
  },
};

const FAMILIES =
  /^(?:tools|resources|prompts|completion|logging|notifications|sampling|elicitation|roots|tasks|server|subscriptions)\//;

/** Others speak JSON-RPC as well: language servers, whose first words are the same as MCP's, and block chains. */
function foreignPart({ method, params, result }: Json): string | undefined {
  if (method === undefined) return result === undefined || isObject(result) ? undefined : 'result:';
  const name = text(method) ?? '';
  const known = FAMILIES.test(name) || name === 'ping' || (name === 'initialize' && !('processId' in object(params)));
  return known ? undefined : `method: ${name.slice(0, 80)} is`;
}

const UNKNOWN = /^(?:mcp: )?Unknown (tool|prompt|resource)s?:? ?(.{1,1024})$/i;
const METHODS: Record<string, string> = { tool: 'tools/call', prompt: 'prompts/get', resource: 'resources/read' };

const OF_SERVER = new Set(['sampling/createMessage', 'elicitation/create', 'roots/list']);
const ANSWERS = new Set(['accept', 'decline', 'cancel']);

/** What a server asks of its client has ids of its own, which may be those of calls that run; answers are known by their shape. */
function ofServer({ method, result, error }: Json): boolean {
  if (method !== undefined) return OF_SERVER.has(method as string);
  if (!isObject(result)) return object(error).code === -1;
  if (Array.isArray(result.roots) || (typeof result.role === 'string' && typeof result.model === 'string')) return true;
  return ANSWERS.has(result.action as string) && !Array.isArray(result.content);
}

/** What an answer tells of its question: lists carry the name of what they list, errors the name of what is missing. */
function inferred(record: Json): NativeDraft['alone'] {
  const result = record.result;
  if (isObject(result))
    for (const family of ['tools', 'resources', 'prompts'])
      if (Array.isArray(result[family])) return { method: `${family}/list` };
  const match = UNKNOWN.exec(text(object(record.error).message) ?? '');
  if (match === null) return {};
  const method = METHODS[match[1]!.toLowerCase()]!;
  return { method, target: targetOf(method, match[2]) };
}
