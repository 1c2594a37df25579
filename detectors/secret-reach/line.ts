import { cut } from '../../schemas/cut.ts';
import { textsIn } from '../stats/leaves.ts';

const LINE = /command|cmd|script|shell|code|cli|sql|query|statement|^(?:run|args)$/i;
const MOST = 100;

/** The line of shell, or the statement, that a call gives, as it is stored, cut short; '' where it gives none. */
export function lineOf(args: Record<string, unknown> | undefined): string {
  for (const [key, value] of Object.entries(args ?? {})) {
    if (!LINE.test(key)) continue;
    const text = textsIn(value).join(' ').trim();
    if (!/\s/.test(text)) continue;
    return cut(text.slice(0, 4 * MOST).replace(/\s+/g, ' '), MOST);
  }
  return '';
}
