import { remembered } from './remember.ts';

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

const REMEMBERED = 4096;
const LONGEST = 200;

/** The same in one text, a blank on either side of each, to look for whole words: of the first 200 characters. */
export const spaced = (name: string): string => spoken(name.slice(0, LONGEST));

/** Names of tools and of their arguments come again with every call. */
const spoken = remembered((name) => ` ${wordsOf(name).join(' ')} `, REMEMBERED, LONGEST);
