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
