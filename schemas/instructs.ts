import { cutWords } from './cut.ts';
import { readable } from './readable.ts';

/** What tells a model to hide what it does, to forget its rules, or to take a hidden file along. */
const HIDES = [
  String.raw`(?:<|&lt;)/?\s{0,3}(?:important|system|system-reminder|secret|instructions?|critical)\s{0,3}(?:>|&gt;)`,
  String.raw`\b(?:do not|don'?t|never|without)(?:,? ever)? (?:tell|mention|inform|notify|alert|ask|telling|mentioning|informing|notifying|alerting|asking)\b[^.]{0,40}\b(?:users?|human|anyone|anybody|owner|person)\b`,
  String.raw`\b(?:do not|don'?t|never) let (?:the |any )?(?:users?|human|anyone|anybody|owner|person) (?:know|notice|find out)\b`,
  String.raw`\b(?:do not|don'?t|never)(?: ever)? (?:mention|reveal|disclose|discuss) (?:this|these)(?: (?:rules?|instructions?|steps?|files?|prompts?|lines?|scripts?))?(?=[.!,;"')]|$)`,
  String.raw`\b(?:hide|conceal|keep) (?:this|that|it)(?: a)?(?: secret| hidden| private)? from the (?:user|human)\b`,
  String.raw`\b(?:ignore|disregard|forget) (?:all |any |the |your |other |of ){0,4}(?:previous|prior|earlier|above|other) (?:instructions?|rules|prompts?|guidelines)\b`,
  String.raw`\b(?:read|open|load|cat|include|attach|send|pass|copy)\b[^.\n]{0,60}[\s'"\u0060(](?:~|/[\w/-]{0,80}|\$HOME)?/\.[a-z]\w`,
];
/** To whom all messages go, by an address. */
const SENDS_ALL = String.raw`\b(?:must|always|instead|all (?:e?mails?|messages?))\b[^.\n]{0,80}\b(?:to|b?cc|recipients?)\b(?![^.\n@]{0,30}\b(?:example|such as|like|format)\b)[^.\n@]{0,30}[\w+-]@(?!example\.|test\.)[\w-]{1,60}\.[a-z]`;

/** Lines are broken, and blanks doubled, wherever somebody likes. */
const patternOf = (...parts: readonly string[]): RegExp =>
  new RegExp(parts.join('|').replaceAll(' ', String.raw`\s{1,9}`), 'i');
const HIDING = patternOf(...HIDES);
const INSTRUCTING = patternOf(...HIDES, SENDS_ALL);
/** Text that a model reads and nobody sees: letters of Unicode's tags, more of them than a flag has. */
const UNSEEN = /[\u{e0020}-\u{e007e}]{8}/u;
/** Or what a terminal takes for commands, where nothing was printed by a program. */
const UNSEEN_OR_TERMINAL = /[\u{e0020}-\u{e007e}]{8}|(?!\s)\p{Cc}\[/u;
const READ = 65_536;
const AROUND = 60;
const SHOWN = 160;

/** The words by which a text tells a model to hide something, with some before them; '' where it does not. */
export const hidesIn = (text: string): string => wordsOf(HIDING, UNSEEN, text);

/**
 * The same of what a tool says of itself, where whom all messages go to has no place either, nor what nobody can see. That
 * another tool is to be called first has, and so has what the tool itself reads.
 */
export const instructsIn = (text: string): string => wordsOf(INSTRUCTING, UNSEEN_OR_TERMINAL, text);

function wordsOf(pattern: RegExp, unseen: RegExp, text: string): string {
  const whole = text.slice(0, READ);
  const read = readable(whole);
  const at = pattern.exec(read)?.index;
  if (at !== undefined) return around(read, at);
  const hidden = unseen.exec(whole)?.index;
  return hidden === undefined ? '' : around(readable(whole.slice(hidden)), 0);
}

const around = (read: string, at: number): string =>
  cutWords(
    read
      .slice(Math.max(0, at - AROUND), at + 4 * SHOWN)
      .replace(/\s+/g, ' ')
      .trim(),
    SHOWN,
  );
