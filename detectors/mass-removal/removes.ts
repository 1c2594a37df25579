import { spaced } from '../../schemas/words.ts';
import { leavesOf } from '../stats/leaves.ts';
import { perPair } from '../stats/per-pair.ts';

/**
 * How many things a call removes, by the verb of its tool or by the act that it is given (`action: delete`, an HTTP method);
 * a list that it is given says how many at once. 0: none. Of SQL and shell others tell.
 */
export function removedBy(server: string, tool: string, args: unknown): number {
  const named = removesByName(server, tool);
  if (named === 'keeps') return 0;
  const leaves = leavesOf(args);
  const told = named === 'removes' || leaves.some(([key, value]) => ACT.test(key) && isRemoval(value));
  return told ? Math.max(1, Math.min(MOST, longestList(args))) : 0;
}

const MOST = 1_000;
const VERB = String.raw`(?:delete|destroy|purge|wipe|erase|trash|drop|remove|l(?:oe|ö)sch\w{0,6}|entfern\w{0,4}|elimin(?:ar|a|e)|borr(?:ar|a)|supprim(?:er|e)|suprimir|effac(?:er|e)|excluir|exclui|apagar|apaga)`;
const REMOVES = new RegExp(` ${VERB} `);
/** What holds nothing itself, and is put on again as it was taken off; a pod is made anew by what runs it. */
const KEEPS =
  / (?:pods?(?! disruption| security)|labels?|tags?|reactions?|emojis?|stars?|assignees?|reviewers?|watchers?|filters?|cursors?|background|duplicates|whitespace|highlights?|selections?|cart|basket|queue|undelete|undeleted|deleted|removed|soft deleted|trashed) /;

const removesByName = perPair((_server: string, tool: string): 'removes' | 'keeps' | '' => {
  const name = spaced(tool);
  if (KEEPS.test(name)) return 'keeps';
  return REMOVES.test(name) ? 'removes' : '';
});

const ACT = /(?:^|[._])(?:action|operation|op|verb|method|http_?method|request_?type|act|aktion|vorgang)$/i;
const isRemoval = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 60 && REMOVES.test(spaced(value)) && !KEEPS.test(spaced(value));

/** Of the lists that it is given itself; those within are parts of one thing. */
function longestList(args: unknown): number {
  if (typeof args !== 'object' || args === null) return 1;
  let most = 1;
  for (const value of Object.values(args)) if (Array.isArray(value)) most = Math.max(most, value.length);
  return most;
}
