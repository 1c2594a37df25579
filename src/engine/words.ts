import { remembered } from '../../schemas/remember.ts';
import { wordsOf } from '../../schemas/words.ts';

/** Words between blanks, or names of several words between commas, as a set. */
export const wordSet = (words: string, between = ' '): ReadonlySet<string> => new Set(words.split(between));

const MAX_KNOWN = 2048;
/** No honest name is longer. */
const LONGEST = 128;

/** Whether a word of a name fits, found once for each name: the keys of arguments come again and again. */
export const anyWord = (pattern: RegExp): ((name: string) => boolean) =>
  remembered((name) => wordsOf(name).some((word) => pattern.test(word)), MAX_KNOWN, LONGEST);
