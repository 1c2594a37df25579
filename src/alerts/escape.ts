/**
 * Arguments, names and reasons are an attacker's text. Each medium has its own way of being broken; each has one
 * function here, and no text reaches a medium around it.
 */

/**
 * Characters that move a cursor, reorder, hide or cannot be seen: controls, formats (bidi marks, zero widths), halves of
 * surrogate pairs, private and unassigned ones, separators of lines, and all that a font may leave out; but not the
 * selector that makes a sign an emoji.
 */
const UNSEEN = /(?!\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const visible = (character: string): string => named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Text that stays one line and says what it holds: unseen characters become \u{hex}, a backslash is doubled. */
export const escapeTerminal = (text: string): string => text.replaceAll('\\', '\\\\').replace(UNSEEN, visible);

/** Addresses as analysts write them: clients make links out of bare ones. */
export const defanged = (text: string): string => text.replaceAll('://', '[://]');

/**
 * Slack: `& < >` as Slack asks (so no mention, no link, no special command can begin), unseen characters made visible,
 * and addresses defanged.
 */
export function escapeSlack(text: string): string {
  const shown = defanged(escapeTerminal(text));
  return shown.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** RFC 5424 parameter value, without its quotes: `"`, `\` and `]` are escaped by a backslash. */
export const escapeStructured = (text: string): string => text.replace(UNSEEN, visible).replace(/["\\\]]/g, '\\$&');

/** One CSV cell: quoted, and never a formula in a spreadsheet. */
export function csvCell(text: string): string {
  const shown = text.replace(UNSEEN, visible);
  const inert = /^[\s]*[=+\-@|%]/.test(shown) ? `'${shown}` : shown;
  return `"${inert.replaceAll('"', '""')}"`;
}

/** Cuts to so many UTF-16 units, whole characters only, with an ellipsis where something was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  const last = head.charCodeAt(head.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? head.slice(0, -1) : head}…`;
}
