import type { Agent } from './agent.ts';
import type { Random } from './random.ts';

const WORDS = 'login invoice export timeout refund upgrade password address report crash delay discount'.split(' ');
const REPOS = ['acme/site', 'acme/payments', 'acme/mobile', 'acme/infra', 'acme/data'];

/** What the call is about: things the agent knows, the old ones more often than new ones. */
export function argsFor(agent: Agent, tool: string, random: Random): Record<string, unknown> {
  const known = (kinds: number): number => Math.floor(kinds * random.next() ** 2);
  const repo = REPOS[(agent.id.length + known(3)) % REPOS.length]!;
  if (/search|query/.test(tool)) return { query: `${random.pick(WORDS)} ${random.pick(WORDS)}` };
  if (/secret/.test(tool)) return { path: `kv/${agent.role.team}/service-${known(12)}` };
  if (/file(?!.*contents)|directory/.test(tool)) return { path: `work/${agent.role.team}/doc-${known(40)}.md` };
  if (/contents|issue|pull|branch|commit|push/.test(tool)) return { repo, number: known(200) };
  if (/pods|events|nodes|resources|namespaces/.test(tool))
    return { namespace: `ns-${known(6)}`, name: `svc-${known(15)}` };
  if (/command|code/.test(tool)) return { command: `make ${random.pick(WORDS)}` };
  if (/user|role/.test(tool)) return { name: `person-${known(50)}` };
  if (/list/.test(tool)) return { page: 1 + known(4) };
  return { id: `${tool.split('_').at(-1)}-${known(300)}` };
}

/** Size of a result: lists are longer than single things, writes answer shortly. */
export function bytesFor(tool: string, random: Random): number {
  const median = /list|search|report|contents|log/.test(tool) ? 6000 : /get|read|query/.test(tool) ? 1800 : 200;
  return Math.round(median * Math.exp(0.7 * random.normal()));
}

/** Whether a tool names a place that others own as well. */
export const canReach = (tool: string): boolean => /secret|file(?!.*contents)|contents|issue|pull/.test(tool);

/** What the call is about where it is none of the agent's own business: one place of many. */
export function elsewhere(tool: string, which: number): Record<string, unknown> {
  if (/secret/.test(tool)) return { path: `kv/project-${which}/service` };
  if (/file(?!.*contents)/.test(tool)) return { path: `work/project-${which}/plan.md` };
  return { repo: `acme/project-${which}`, number: which };
}
