/**
 * Characters that move a cursor, reorder, hide or cannot be seen: controls, formats (bidi marks, zero widths), halves of
 * surrogate pairs, private and unassigned ones, separators of lines, and all that a font may leave out; but not the
 * selector that makes a sign an emoji.
 */
const UNSEEN = /(?!\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const visible = (character: string): string => named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Text on one line, with what cannot be seen written out as \n, \r, \t or \u{hex}. */
export const showUnseen = (text: string): string => text.replace(UNSEEN, visible);

/** JSON for a person to look at, the same value: what cannot be seen stands in its texts as \uXXXX. */
export const unseenInJson = (json: string): string =>
  json.replace(UNSEEN, (found) => (found === '\n' ? found : found.split('').map(unit).join('')));
const unit = (half: string): string => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`;
