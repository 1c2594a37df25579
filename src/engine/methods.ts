import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { Classified } from './inputs.ts';

/** Methods beside tools/call, by what they do. */
export function byMethod(method: string): Classified {
  const words = method.split('/');
  const last = words.at(-1) ?? '';
  const said = (name: PrivilegeClass): Classified => ({
    class: name,
    classFrom: 'builtin',
    classRule: `method:${method.slice(0, 80)}`,
  });
  if (DISCOVERY.has(method) || last === 'list' || words[0] === 'notifications') return said('discover');
  if (READING.has(method)) return said('read');
  if (method === 'tasks/cancel' || method === 'tasks/update') return said('write');
  return { class: 'write', classFrom: 'default', classRule: 'unknown method' };
}

const DISCOVERY = new Set([
  'initialize',
  'ping',
  'server/discover',
  'completion/complete',
  'logging/setLevel',
  'resources/templates/list',
  'roots/list',
]);
const READING = new Set([
  'resources/read',
  'prompts/get',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'tasks/get',
  'tasks/result',
  'sampling/createMessage',
  'elicitation/create',
]);

const METHODS = [
  ...DISCOVERY,
  ...READING,
  ...['tools', 'resources', 'prompts', 'tasks'].map((kind) => `${kind}/list`),
  'tools/call',
  'tasks/cancel',
  'tasks/update',
];
const bare = (method: string): string =>
  method
    .toLowerCase()
    .replaceAll(/[._:]/g, '/')
    .replaceAll(/s(?=\/|$)/g, '');
const BARE = new Map(METHODS.map((method) => [bare(method), method]));

/** The method of MCP that is meant by one that is written otherwise: tool/call, tools.call. Undefined where none is. */
export function methodMeant(method: string): string | undefined {
  const meant = BARE.get(bare(method));
  return meant === method ? undefined : meant;
}
