import { javaMap } from './java-map.ts';
import { type Json, object } from './values.ts';

interface JavaRequest {
  request: Json;
  /** The arguments are there as text alone. */
  asText: boolean;
}

const METHOD =
  /[{ ]method=((?:tools|resources|prompts|completion|logging|notifications|tasks)\/[A-Za-z/_]{1,40}|initialize|ping)(?=[,}])/g;
/** Every tool behind AgentCore is called so, but for the gateway's own search. */
const TOOL = /[{ ]name=([^,}\s]{1,128}___[^,}\s]{1,128}|x_amz_bedrock_agentcore_search)(?=[,}])/g;

/**
 * The request that Java printed. Nothing is quoted there, so that an argument can look like the rest of it: `{q=x},
 * name=Db___search`. What is true stands there all the same: of several names none is believed, a call of a tool may be
 * one, and arguments of which one stands there twice are text.
 */
export function javaRequest(source: unknown): JavaRequest | null {
  if (typeof source !== 'string') return null;
  const map = javaMap(source);
  const methods = all(source, METHOD);
  const [method = map?.method] = methods.includes('tools/call') ? ['tools/call'] : methods;
  if (method === undefined) return map === null ? null : { request: map, asText: false };
  const params = object(map?.params);
  const given = object(params.arguments);
  const names = all(source, TOOL);
  const name = names.length > 1 ? `<${names.join(' or ')}>` : (names[0] ?? params.name);
  const counts = counted(source);
  const isOnce = (key: string): boolean =>
    counts.get(key) === [given, params, map!].filter((part) => Object.hasOwn(part, key)).length;
  if (name === params.name && method === map?.method && Object.keys(given).every(isOnce))
    return { request: map, asText: false };
  return { request: { id: map?.id, method, params: { ...params, name, arguments: { value: source } } }, asText: true };
}

const all = (source: string, pattern: RegExp): string[] =>
  [...new Set(Array.from(source.matchAll(pattern), ([, found]) => found!))].sort();

/** How often each key stands in the text. */
function counted(source: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, key] of source.matchAll(/[{ ]([A-Za-z_$][\w$.-]{0,127})=/g))
    counts.set(key!, (counts.get(key!) ?? 0) + 1);
  return counts;
}
