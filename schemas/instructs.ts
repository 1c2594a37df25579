import { cutWords } from './cut.ts';

/** What tells a model to hide what it does, to forget its rules, or to take a hidden file along. */
const HIDES = [
  String.raw`</?\s{0,3}(?:important|system|secret|instructions?|critical)\s{0,3}>`,
  String.raw`\b(?:do not|don'?t|never|without) (?:tell|mention|inform|notify|alert|ask|telling|mentioning|informing|notifying|alerting|asking)\b[^.]{0,40}\b(?:users?|human|anyone|anybody|owner|person)\b`,
  String.raw`\b(?:ignore|disregard|forget) (?:all |any |the |your |other ){0,3}(?:previous|prior|earlier|above|other) (?:instructions|rules|prompts?|guidelines)\b`,
  String.raw`\b(?:read|open|load|cat|include|attach|send|pass|copy)\b[^.\n]{0,60}[\s'"\u0060(](?:~|/[\w/-]{0,80}|\$HOME)?/\.[a-z]\w`,
];
/** To whom all messages go, by an address. */
const SENDS_ALL = String.raw`\b(?:must|always|instead|all (?:e?mails?|messages?))\b[^.\n]{0,80}\b(?:to|b?cc|recipients?)\b(?![^.\n@]{0,30}\b(?:example|such as|like|format)\b)[^.\n@]{0,30}[\w+-]@(?!example\.|test\.)[\w-]{1,60}\.[a-z]`;

const HIDING = new RegExp(HIDES.join('|'), 'i');
const INSTRUCTING = new RegExp([...HIDES, SENDS_ALL].join('|'), 'i');
const READ = 20_000;
const AROUND = 60;
const SHOWN = 160;

/** The words by which a text tells a model to hide something, with some before them; '' where it does not. */
export const hidesIn = (text: string): string => wordsOf(HIDING, text);

/**
 * The same of what a tool says of itself, where whom all messages go to has no place either. That another tool is to be
 * called first has, and so has what the tool itself reads.
 */
export const instructsIn = (text: string): string => wordsOf(INSTRUCTING, text);

function wordsOf(pattern: RegExp, text: string): string {
  const read = text.slice(0, READ);
  const at = pattern.exec(read)?.index;
  if (at === undefined) return '';
  return cutWords(
    read
      .slice(Math.max(0, at - AROUND))
      .replace(/\s+/g, ' ')
      .trim(),
    SHOWN,
  );
}
