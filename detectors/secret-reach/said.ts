import type { PrivilegeClass } from '../../schemas/alert.ts';
import { entries, type Recent } from '../stats/recent.ts';
import { daysOf, type Span } from '../stats/span.ts';

interface Reached {
  tool: string;
  class: PrivilegeClass;
  store: string;
  named: string;
  toolDays: number;
  used: boolean;
  reminder: boolean;
}

/** What was reached, by what; a tool that it knew is not called new. */
export function saidOf({ store, named, toolDays, tool, class: name, used, reminder }: Reached): string {
  const reached = used ? 'reached' : 'tried to reach';
  if (store !== '') return `${reached} a store of secrets (${store}) through ${tool}`;
  const what = named === '' || named === name ? `class ${name}` : `${named}, class ${name}`;
  if (toolDays === 0) return `${used ? (reminder ? 'call' : 'first call') : 'refused call'} of ${tool} (${what})`;
  const other = ', a tool that it knows for other things';
  if (named !== '') return `${used ? 'used' : 'tried to use'} ${tool} for ${what}${other}`;
  return `${used ? 'call' : 'refused call'} of ${tool} (${what})${other}`;
}

/** Of how much it is known what it reaches: `55 days with 9 tools`. */
export function inDays(state: Span & { tools: { days: Recent<unknown> } }): string {
  const days = Math.floor(daysOf(state)) + 1;
  const known = entries(state.tools.days).length;
  return `${days === 1 ? 'one day' : `${days} days`} with ${known === 1 ? 'one tool' : `${known} tools`}`;
}
