import { parseExact } from '../../schemas/exact-json.ts';

/** JSON lines in one record become a list; undefined where one of them is none. */
function lines(text: string): unknown[] | undefined {
  const found = text.split('\n').filter((line) => line.trim() !== '');
  return found.length > 1 ? found.map(parseExact) : undefined;
}

/** The parsed text, or undefined. A CRI prefix (`<time> stdout F `) in front of an object is taken off. */
export function parse(text: string): unknown {
  if (text.charCodeAt(0) === 0xfeff) return parse(text.replace(/^\ufeff+/, ''));
  try {
    return parseExact(text);
  } catch {
    const cri = /^\s*\d{4}-\d\d-\d\dT[^ ]{4,40} std(?:out|err) [FP] /.exec(text);
    try {
      return cri === null ? lines(text) : parseExact(text.slice(cri[0].length));
    } catch {
      return undefined;
    }
  }
}

/** An object or array written in a text, close to its beginning; null where the text is something else. */
export function objectIn(line: string): object | null {
  const start = line.search(/[[{]/);
  if (start === -1 || start > 80) return null;
  try {
    const value: unknown = parseExact(line.slice(start));
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
