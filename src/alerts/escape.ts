import { showUnseen } from '../unseen.ts';

/**
 * Arguments, names and reasons are an attacker's text. Each medium has its own way of being broken; each has one
 * function here, and no text reaches a medium around it.
 */

/** Text that stays one line and says what it holds: unseen characters become \u{hex}, a backslash is doubled. */
export const escapeTerminal = (text: string): string => showUnseen(text.replaceAll('\\', '\\\\'));

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
export const escapeStructured = (text: string): string => showUnseen(text).replace(/["\\\]]/g, '\\$&');

/** What begins like a formula; a number below zero, which does, is none. */
const FORMULA = /^(?!-\d+(?:\.\d+)?(?:e[+-]?\d+)?$)\s*[=+\-@|%]/i;

/** One CSV cell: quoted, and never a formula in a spreadsheet. */
export function csvCell(text: string): string {
  const shown = showUnseen(text);
  const inert = FORMULA.test(shown) ? `'${shown}` : shown;
  return `"${inert.replaceAll('"', '""')}"`;
}
