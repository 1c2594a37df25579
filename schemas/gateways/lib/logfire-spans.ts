import { callOf } from './call.ts';
import { isObject, type Json, object, parsed } from './values.ts';

/**
 * Logfire's instrument_mcp writes request and answer whole, as JSON and under no name of a convention, in spans that are
 * internal on either side (pydantic/logfire logfire/_internal/integrations/mcp.py, 4.32). As the conventions have them.
 */
export function logfireSpan(name: string, own: Json): { own: Json; side: 'client' | 'server' } | undefined {
  const side = name.startsWith('MCP server handle request')
    ? 'server'
    : name.startsWith('MCP request')
      ? 'client'
      : undefined;
  const { method, target, args } = callOf(side === undefined ? undefined : parsed(own.request));
  if (side === undefined || method === undefined) return undefined;
  const answer = parsed(own.response);
  const { code, message } = object(answer);
  const failed = isObject(answer) && Number.isInteger(code) && typeof message === 'string';
  const key = target?.type === 'resource' ? 'mcp.resource.uri' : `gen_ai.${target?.type}.name`;
  const told: Json = {
    'mcp.method.name': method,
    [key]: target?.name,
    'gen_ai.tool.call.arguments': args,
    ...(failed
      ? { 'rpc.response.status_code': code, 'error.message': message }
      : { 'gen_ai.tool.call.result': answer }),
  };
  return { own: { ...told, ...own }, side };
}
