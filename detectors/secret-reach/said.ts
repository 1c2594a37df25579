import { entries, type Recent } from '../stats/recent.ts';
import { daysOf, type TimeSpan } from '../stats/span.ts';
import type { Observation } from './observation.ts';
import { OWN } from './ways.ts';

/** What was reached, by what; a tool that it knew is not called new. */
export function saidOf(seen: Observation): string {
  const by = `through ${seen.tool}${seen.line === '' ? '' : `: ${seen.line}`}`;
  if (seen.sentTo !== '')
    return `${seen.used ? 'sent' : 'tried to send'} a secret (${seen.store}) to ${seen.sentTo} ${by}`;
  const reached = seen.used ? 'reached' : 'tried to reach';
  if (seen.weak && seen.store === 'environment')
    return `${seen.used ? 'showed' : 'tried to show'} the whole environment ${by}`;
  if (seen.way.endsWith(` > ${OWN}`)) return `${reached} the settings of a tree that it works in (${seen.store}) ${by}`;
  if (seen.right !== '') return `${seen.used ? 'changed' : 'tried to change'} who may do what ${by}`;
  if (seen.store !== '') return `${reached} a ${seen.further ? 'further ' : ''}store of secrets (${seen.store}) ${by}`;
  return ofTool(seen);
}

function ofTool({ named, toolDays, tool, class: name, used, reminder, line }: Observation): string {
  const what = named === '' || named === name ? `class ${name}` : `${named}, class ${name}`;
  if (toolDays === 0) return `${used ? (reminder ? 'call' : 'first call') : 'refused call'} of ${tool} (${what})`;
  const other = ', a tool that it knows for other things';
  if (named !== '')
    return `${used ? 'used' : 'tried to use'} ${tool} for ${what}${other}${line === '' ? '' : `: ${line}`}`;
  return `${used ? 'call' : 'refused call'} of ${tool} (${what})${other}`;
}

interface Known extends TimeSpan {
  tools: { days: Recent<unknown> };
  ways: { days: Recent<unknown> };
}

/** What is normal for it. `knows`: it reaches secrets; `usual`: what it does there, too. */
export function expectedOf(state: Known, seen: Observation, knows: boolean, usual: boolean): string {
  const { further, alike, holders, peers, kind, reminder } = seen;
  const known = peers === 0 ? 'no peers known' : `${holders} of ${peers} peers reach it`;
  if (further && alike === 0)
    return `another store of that kind was reported for it, and is without a verdict; ${known}`;
  if (further) return `of that kind it reaches ${alike === 1 ? 'one other' : `${alike} others`}; ${known}`;
  if (usual) return `it reaches secrets in ${entries(state.ways.days).length} other ways`;
  const never = reminder ? 'nothing else that reaches secrets or identities' : 'it never reached secrets or identities';
  return `${knows ? `it was never seen to ${kind}` : never} in ${inDays(state)}; ${known}`;
}

/** Of how much it is known what it reaches: `55 days with 9 tools`. */
function inDays(state: Known): string {
  const days = Math.floor(daysOf(state)) + 1;
  const known = entries(state.tools.days).length;
  return `${days === 1 ? 'one day' : `${days} days`} with ${known === 1 ? 'one tool' : `${known} tools`}`;
}
