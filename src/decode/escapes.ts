import type { SecretPattern } from './secret-pattern.ts';

/**
 * Text within text of another kind: percent-encoded in an address, `\u0022` in JSON as some write it, entities in HTML.
 * Once or more often; of ASCII alone, since what secrets are told by is ASCII.
 */
const ESCAPES =
  /%(?:25){0,3}([2-7][0-9a-f])|\\{1,7}u00([2-7][0-9a-f])|&(?:amp;){0,3}(?:(quot|apos|lt|gt|amp)|#(?:x([2-7][0-9a-f])|(\d{2,3})));/gi;
const ENTITIES: Record<string, string> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

/** No secret by itself: what it says is that a text is to be looked at as it is meant. */
export const ESCAPED: SecretPattern = {
  kind: 'escaped',
  hint: /%(?:25)*[23][0-9a-f]|\\u00[23][0-9a-f]|&(?:amp;)*(?:quot|apos|lt|gt|#[x\d])/i,
  find: /(?!)/g,
};

/** A text as it is meant, and for each place in it (its end included) where that stands in the text as it is written. */
interface Unescaped {
  text: string;
  written(at: number): number;
}

export function unescaped(written: string): Unescaped {
  let text = '';
  let from = 0;
  /** Where in the text what follows an escape begins, and where in what is written. */
  const steps: [at: number, written: number][] = [[0, 0]];
  for (const match of written.matchAll(ESCAPES)) {
    const [whole, percent, unicode, entity, hex, decimal] = match;
    const code = decimal === undefined ? Number.parseInt(percent ?? unicode ?? hex ?? '', 16) : Number(decimal);
    text += written.slice(from, match.index);
    steps.push([text.length, match.index]);
    text += entity === undefined ? String.fromCharCode(code) : ENTITIES[entity.toLowerCase()];
    from = match.index + whole.length;
    steps.push([text.length, from]);
  }
  return { text: text + written.slice(from), written: (at) => writtenAt(steps, at) };
}

/** The last step at or before the place, by halving. */
function writtenAt(steps: readonly [number, number][], at: number): number {
  let low = 0;
  for (let high = steps.length; high - low > 1; ) {
    const middle = (low + high) >> 1;
    if (steps[middle]![0] <= at) low = middle;
    else high = middle;
  }
  return steps[low]![1] + at - steps[low]![0];
}
