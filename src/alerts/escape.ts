/**
 * Arguments, names and reasons are an attacker's text. Each medium has its own way of being broken; each has one
 * function here, and no text reaches a medium around it.
 */

/**
 * Characters that move a cursor, reorder or hide what is read: controls, bidi marks, zero widths, separators of lines,
 * tags, variation selectors beyond the common one, private marks, and halves of surrogate pairs.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\uffff\u{13430}-\u{1345f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}\u{f0000}-\u{10ffff}\ud800-\udfff]/gu;

const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const visible = (character: string): string => named[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Text that stays one line and says what it holds: unseen characters become \u{hex}, a backslash is doubled. */
export const escapeTerminal = (text: string): string => text.replaceAll('\\', '\\\\').replace(UNSEEN, visible);

/**
 * Slack: `& < >` as Slack asks (so no mention, no link, no special command can begin), unseen characters made visible,
 * and addresses defanged as analysts write them, for clients make links out of bare ones.
 */
export function escapeSlack(text: string): string {
  const shown = escapeTerminal(text).replace(/:\/\//g, '[://]');
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
