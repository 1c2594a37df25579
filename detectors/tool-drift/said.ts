import { mix } from '../stats/mix.ts';

/** The first of them, for people. */
export const named = (list: readonly string[]): string =>
  list.slice(0, 5).join(', ') + (list.length > 5 ? ` and ${list.length - 5} more` : '');

const PARTS = ['description', 'inputs', 'hints'];
const DIGITS = 4;
/** As `differing` says it where nothing but the text differs. */
export const TEXT_ALONE = ` (${PARTS[0]})`;

/** ` (description, inputs)`: which parts of a definition differ; '' where one of them is not known by its parts. */
export function differing(before = '', now = ''): string {
  if (before === '' || now === '') return '';
  const part = (all: string, i: number): string => all.slice(i * DIGITS, (i + 1) * DIGITS);
  const differ = PARTS.filter((_, i) => part(before, i) !== part(now, i));
  return differ.length === 0 ? '' : ` (${differ.join(', ')})`;
}

/** Tools of one list, by name. */
export interface ToolChanges {
  changed: string[];
  /** Which parts of each that changed did, in words. */
  differing: Record<string, string>;
  loosened: string[];
  added: string[];
  /** Of those of a first list, the ones whose text tells the model what to do. */
  instructing: string[];
}

/** What a server did, for people: `changed get_x (description)`. */
export function changeOf(
  reason: string,
  { changed, differing, loosened, added, instructing }: ToolChanges,
  told?: { name: string; instructs?: string },
): string {
  if (told !== undefined)
    return `${instructing.length > 0 ? '' : 'now '}tells the model in its text of ${told.name}: "${told.instructs}"`;
  if (reason === 'tool_added') return `added ${named(added)}`;
  const which = reason === 'hint_loosened' ? loosened : changed;
  return `changed ${named(which.map((name) => name + (differing[name] ?? '')))}`;
}

/** What these tools are now, in a word; none where there are none. */
export function definitions(listed: readonly { name: string; hash: string }[], names: readonly string[]): string[] {
  const these = new Set(names);
  const parts = listed.filter(({ name }) => these.has(name)).flatMap(({ name, hash }) => [name, hash]);
  return parts.length === 0 ? [] : [mix(...parts)];
}
