import { cutWords } from '../../schemas/cut.ts';

/**
 * What tells a model to hide what it does, or to take a hidden file along, has no place in what a tool says of itself. Nor
 * has whom all messages go to. That another tool is to be called first has, and so has what the tool itself reads.
 */
const INSTRUCTS = new RegExp(
  [
    String.raw`</?\s{0,3}(?:important|system|secret|instructions?|critical)\s{0,3}>`,
    String.raw`\b(?:do not|don'?t|never|without) (?:tell|mention|inform|notify|alert|ask|telling|mentioning|informing|notifying|alerting|asking)\b[^.]{0,40}\b(?:users?|human|anyone|anybody|owner|person)\b`,
    String.raw`\b(?:ignore|disregard|forget) (?:all |any |the |your |other ){0,3}(?:previous|prior|earlier|above|other) (?:instructions|rules|prompts?|guidelines)\b`,
    String.raw`\b(?:must|always|instead|all (?:e?mails?|messages?))\b[^.\n]{0,80}\b(?:to|b?cc|recipients?)\b[^.\n@]{0,30}[\w+-]@(?!example\.|test\.)[\w-]{1,60}\.[a-z]`,
    String.raw`\b(?:read|open|load|cat|include|attach|send|pass|copy)\b[^.\n]{0,60}[\s'"\u0060(](?:~|/[\w/-]{0,80}|\$HOME)?/\.[a-z]\w`,
  ].join('|'),
  'i',
);
const READ = 20_000;
const AROUND = 60;
const SHOWN = 160;

/** The words by which it tells the model what to do, with some before them; '' where it does not. */
export function instructsIn(text: string): string {
  const read = text.slice(0, READ);
  const at = INSTRUCTS.exec(read)?.index;
  if (at === undefined) return '';
  return cutWords(
    read
      .slice(Math.max(0, at - AROUND))
      .replace(/\s+/g, ' ')
      .trim(),
    SHOWN,
  );
}

/** Every text in what a tool says of itself: its description and those of its inputs. */
export function textsOf(...parts: readonly unknown[]): string {
  const texts: string[] = [];
  JSON.stringify(parts, (_, inner: unknown) => {
    if (typeof inner === 'string') texts.push(inner);
    return inner;
  });
  return texts.join('\n');
}
