import { remembered } from '../remember.ts';

/** The words of a name in lower case: `getJiraIssue`, `get-jira-issue` and `GET_JIRA_ISSUE` are `get jira issue`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/(?<=[A-Z])(?=[A-Z][a-z])/g, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 32);
}

/** Words between blanks, or names of several words between commas, as a set. */
export const wordSet = (words: string, between = ' '): ReadonlySet<string> => new Set(words.split(between));

const MAX_KNOWN = 2048;
/** No honest name is longer. */
const LONGEST = 128;

/** Whether a word of a name fits, found once for each name: the keys of arguments come again and again. */
export const anyWord = (pattern: RegExp): ((name: string) => boolean) =>
  remembered((name) => wordsOf(name).some((word) => pattern.test(word)), MAX_KNOWN, LONGEST);
