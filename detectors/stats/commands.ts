import { spaced } from '../../schemas/words.ts';
import type { leavesOf } from './leaves.ts';
import { perPair } from './per-pair.ts';

/** Where a call that runs nothing by its class says a command, or a statement, all the same. */
const SAYS_COMMAND = / (?:commands?|cmd|scripts?|argv|run|shell|bash|query|sql|statements?) /;
/** What is written for people or kept, even by a call that runs something. */
const KEPT =
  / (?:contents?|body|message|description|texts?|title|comments?|notes?|prompt|summary|diff|patch|old str|new str) $/;

const isCommand = perPair((key: string, runs: boolean): boolean => {
  const words = spaced(key.slice(-200));
  return SAYS_COMMAND.test(words) || (runs && !KEPT.test(words));
});

/**
 * The texts of commands among a call's arguments, each under the names that lead to it: its words may come one by one.
 * `runs`: it is of class execute or above, so that whatever it is given may be one.
 */
export function commandsIn(leaves: ReturnType<typeof leavesOf>, runs: boolean): [key: string, text: string][] {
  const found: [string, string][] = [];
  for (const [key, value] of leaves) {
    if ((typeof value !== 'string' && !Array.isArray(value)) || !isCommand(key, runs)) continue;
    found.push([key, Array.isArray(value) ? value.join(' ') : value]);
  }
  return found;
}
