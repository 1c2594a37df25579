import { TARGETED_METHODS, type TargetType } from '../../event.ts';
import { args, isObject, type Json, lookup, object, text } from './values.ts';

/** What a JSON-RPC request of MCP asks for: the same in every gateway that keeps the request's body. */
interface Call {
  method?: string;
  target?: { type: TargetType; name?: string };
  args?: Json;
  jsonrpc_id?: string;
  client?: { name?: unknown; version?: unknown };
}

export function callOf(request: unknown): Call {
  const { method, id, params } = object(request);
  const name = text(method);
  const given = object(params);
  const client = object(given.clientInfo ?? object(given._meta)['io.modelcontextprotocol/clientInfo']);
  const call: Call = {};
  if (name !== undefined) {
    call.method = name;
    call.target = targetOf(name, text(given[lookup(NAMED_BY, name.slice(0, name.indexOf('/'))) ?? 'name']));
  }
  const told = name === 'tools/call' || name === 'prompts/get' ? args(given.arguments) : undefined;
  if (told !== undefined) call.args = told;
  if (text(id) !== undefined) call.jsonrpc_id = text(id)!;
  if (isObject(client) && text(client.name) !== undefined) call.client = { name: client.name, version: client.version };
  return call;
}

const FAMILIES: Record<string, TargetType> = { tools: 'tool', resources: 'resource', prompts: 'prompt', tasks: 'task' };

/** What a server looks at; a caller may name what it likes beside it. */
const NAMED_BY: Record<string, string> = { resources: 'uri', tasks: 'taskId' };

/** Only these methods are about one thing; a name that stands beside another method is something else. */
const NAMED = new Set([
  ...TARGETED_METHODS,
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
  'tasks/update',
]);

export function targetOf(
  method: string | undefined,
  name: unknown,
  rawName?: unknown,
): { type: TargetType; name?: string; raw_name?: string } {
  if (method === undefined || !NAMED.has(method)) return { type: 'none' };
  const target: { type: TargetType; name?: string; raw_name?: string } = {
    type: lookup(FAMILIES, method.slice(0, method.indexOf('/'))) ?? 'none',
  };
  if (text(name) !== undefined) target.name = text(name)!;
  if (text(rawName) !== undefined && rawName !== name) target.raw_name = text(rawName)!;
  return target;
}

/** Takes the prefix that a gateway put before a tool's name: `tickets_search` of server `tickets` is `search`. */
export function withoutPrefix(
  raw: string | undefined,
  server: string | undefined,
  separators: readonly string[],
): string | undefined {
  if (raw === undefined || server === undefined) return raw;
  for (const separator of separators) {
    const prefix = server + separator;
    if (raw.length > prefix.length && raw.startsWith(prefix)) return raw.slice(prefix.length);
  }
  return raw;
}
