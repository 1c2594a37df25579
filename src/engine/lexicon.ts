import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { inEnglish, tellsAbroad } from './languages.ts';
import { about, identityIn, renews, secretIn, takesOut } from './objects.ts';
import {
  AUTOMATION_PAIRS,
  AUTOMATIONS,
  asks,
  attacks,
  byObject,
  endDecides,
  getAt,
  JOINING,
  SETS_UP,
  TELLS,
} from './things.ts';
import { classOfVerb, NOUNS, PHRASES, verbs } from './verbs.ts';
import { wordSet } from './words.ts';

/** What is granted to a customer or a colleague and lets nobody do more: a plain write. */
const BENEFITS = wordSet(
  'payment payments transaction transactions charge charges capture voucher vouchers coupon coupons discount discounts refund refunds credit credits bonus reward rewards points leave vacation extension rebate',
);

interface Reading {
  class: PrivilegeClass;
  /** The word that said so, e.g. `delete`, or `read+secret`. */
  word: string;
  /** What is asked stands in the arguments: until it is seen there, it may change things. */
  asks?: true;
}

/** The class that the words of a name suggest, or null where none of them is known. */
export function readName(name: readonly string[]): Reading | null {
  const words = inEnglish(name);
  const verb = deciding(words);
  const last = words[endOf(words)];
  const secret = secretIn(words) ?? renews(verb?.word, last) ?? takesOut(verb?.word, last);
  const attack = attacks(verb?.word ?? null, words);
  if (attack !== null && secret === null) return { class: 'execute', word: attack };
  if (verb === null) return secret === null ? telling(words) : { class: 'secret', word: secret };
  if (verb.class === 'identity' && words.some((word) => BENEFITS.has(word))) return { ...verb, class: 'write' };
  if (classRank(verb.class) >= classRank('write')) {
    const thing = identityIn(words, verb.word);
    if (thing !== null) return { class: 'identity', word: `${verb.word}+${thing}` };
    const automation = SETS_UP.has(verb.word) ? about(words, AUTOMATIONS, AUTOMATION_PAIRS) : null;
    if (automation !== null && secret === null) return { class: 'execute', word: `${verb.word}+${automation}` };
  }
  if (secret !== null && verb.class !== 'identity') return { class: 'secret', word: `${verb.word}+${secret}` };
  const asked = asks(verb.word, words);
  if (asked !== null) return { class: 'read', word: `${verb.word}+query`, ...(asked === 'as said' && { asks: true }) };
  return { ...verb, class: byObject(verb.word, words) ?? verb.class };
}

/** Without a verb it is read where its last word is what is told. */
function telling(words: readonly string[]): Reading | null {
  if (words.length < 2) return null;
  const last = words[endOf(words)] ?? '';
  if (TELLS.has(last)) return { class: 'read', word: last };
  const abroad = tellsAbroad(words);
  return abroad === null ? null : { class: 'read', word: abroad };
}

/** `thing.verb`: where what seems the first verb could be a thing, and the name ends with a verb, the end decides. */
function deciding(words: readonly string[]): Reading | null {
  const first = firstVerb(words);
  const end = endOf(words);
  const last = words[end] ?? '';
  if (first !== null && getAt(first.word, words) > 0) return { class: 'read', word: 'get' };
  if (
    first === null ||
    first.word === last ||
    JOINING.has(words[end - 1] ?? '') ||
    !endDecides(first.word, last, words[end - 1] === first.word)
  )
    return first;
  return { class: verbs.get(last) ?? 'read', word: last };
}

/** Where a name ends: what says by what (`_by_id`), and that it is a tool, come after it. */
function endOf(words: readonly string[]): number {
  const by = words.indexOf('by', 1);
  const end = (by < 0 ? words.length : by) - 1;
  return words[end] === 'tool' ? end - 1 : end;
}

/** The first verb decides; where `and` or `or` joins further ones, the strongest: what is not known may change things. */
function firstVerb(words: readonly string[]): Reading | null {
  let found: Reading | null = null;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const pair = `${word} ${words[i + 1] ?? ''}`;
    if (NOUNS.has(pair)) {
      i++;
      continue;
    }
    const joined = words[i - 1] === 'and' || words[i - 1] === 'or';
    const unknown = joined && verbs.has(words[i - 2] ?? '') ? 'write' : undefined;
    const name = PHRASES.has(pair) ? 'write' : (classOfVerb(word) ?? unknown);
    if (name === undefined) continue;
    if (found === null || (joined && classRank(name) > classRank(found.class))) found = { class: name, word };
  }
  return found;
}
