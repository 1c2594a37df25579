import { mix } from '../stats/mix.ts';

/** The first of them, for people. */
export const named = (list: readonly string[]): string =>
  list.slice(0, 5).join(', ') + (list.length > 5 ? ` and ${list.length - 5} more` : '');

/** What these tools are now, in a word; none where there are none. */
export function definitions(listed: readonly { name: string; hash: string }[], names: readonly string[]): string[] {
  const these = new Set(names);
  const parts = listed.filter(({ name }) => these.has(name)).flatMap(({ name, hash }) => [name, hash]);
  return parts.length === 0 ? [] : [mix(...parts)];
}
