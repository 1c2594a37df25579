import type { SecretStore } from '../../detectors/detector.ts';
import { remembered } from '../../schemas/remember.ts';
import { unspoken } from '../../schemas/shell.ts';
import { takesCommands } from './commands.ts';
import { unreached } from './harmless.ts';
import { placedIn, storeAt } from './secret-stores.ts';
import { sentTo, takesIn, variableSentTo, withoutUses } from './sent-to.ts';
import { anyWord } from './words.ts';

/** One text in the arguments, under the key it stood at. */
interface ArgumentText {
  key: string;
  text: string;
}

const MAX_TEXTS = 4096;
const MAX_DEPTH = 12;
const MAX_LENGTH = 65_536;
const REMEMBERED = 8192;
const REMEMBERED_LENGTH = 128;

/** The texts in the arguments, in order, each whole; beyond what an honest call has they are not looked at. */
export function textsOf(args: Record<string, unknown> | undefined): ArgumentText[] {
  const out: ArgumentText[] = [];
  const walk = (key: string, value: unknown, depth: number): void => {
    if (out.length >= MAX_TEXTS || depth > MAX_DEPTH) return;
    if (typeof value === 'string') out.push({ key, text: value });
    else if (Array.isArray(value)) for (const element of value) walk(key, element, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(name, inner, depth + 1);
  };
  if (args !== undefined) walk('', args, 0);
  return out;
}

/**
 * Keys whose text names a place, or is a command that may, by their words: a `description` is no script. Prose under
 * other keys may speak of `.env` and reach nothing.
 */
const namesPlace = anyWord(
  /^(?:.*path.*|files?|filename|filepath|uris?|urls?|dirs?|directory|directories|folders?|sources?|src|destination|dest|locations?|commands?|cmd|scripts?|shell|code|args?|argv|targets?|root|includes?|endpoint|host|resources?|cli|glob|globs)$/,
);

/** The stores of secrets that a text reaches, each once. */
function storesIn({ key, text: whole }: ArgumentText): readonly SecretStore[] {
  const cut = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  if (cut.length < 4 || !HINT.test(cut)) return NONE;
  const isText = /\s/.test(cut.trim());
  if (isText && !namesPlace(key)) return NONE;
  const text = takesCommands(key) ? unspoken(cut) : cut;
  const found = namedIn(text);
  return found.length > 0 && isText ? namedIn(unreached(text)) : found;
}

/** The stores that a text names, each once. Paths come again, prose does not. */
const namedIn = remembered(
  (text): readonly SecretStore[] => {
    // A path that a command completes, as well: `/proc/$(pidof node)/environ`.
    const filled = text.replace(MADE, '$');
    const found = new Map<string, SecretStore>();
    for (const word of filled === text ? wordsIn(text) : [...wordsIn(text), ...wordsIn(filled)]) {
      const store = word.length < 4 ? null : storeAt(word);
      if (store !== null && found.size < MAX_STORES) found.set(store.place, store);
    }
    return found.size === 0 ? NONE : [...found.values()];
  },
  REMEMBERED,
  REMEMBERED_LENGTH,
);

/** From where a call names places: the folder, or the repository. A line of shell that begins with `cd` says it itself. */
function baseOf(args: Record<string, unknown> | undefined, text: string): string {
  const [, moved] = /^\s*cd\s+["']?([^\s"';&|]+)["']?\s*(?:&&|;|\n)/.exec(text) ?? [];
  if (moved !== undefined) return moved;
  const said = (key: string): string => (typeof args?.[key] === 'string' ? (args[key] as string) : '');
  const folder = BASES.map(said).find((one) => one !== '') ?? '';
  const repository = [said('owner'), said('repo') || said('repository') || said('project_id')];
  return folder || repository.filter((one) => one !== '').join('/');
}
const BASES = ['cwd', 'workdir', 'working_dir', 'working_directory', 'workingDirectory', 'repo_path'];

/** The stores that a line of shell sends elsewhere than to this machine, and where to; '' where it sends none. */
export function sentBy(whole: string): string {
  const text = unspoken(whole.slice(0, MAX_LENGTH));
  const left = withoutUses(unreached(text));
  const to = namedIn(left).length > 0 || ENVIRONMENT.test(left) ? sentTo(left) : '';
  return to === '' && takesIn(text) && namedIn(text).length > 0 ? variableSentTo(text) : to;
}
const ENVIRONMENT = /(?:^|[\s;&|("'`])(?:printenv|env)\s*(?:[|)"'`;]|$)/;

export const placed = (
  args: Record<string, unknown> | undefined,
  { key, text }: ArgumentText,
): readonly SecretStore[] => {
  const found = storesIn({ key, text });
  return found.length === 0 ? found : found.map((store) => placedIn(baseOf(args, text), store));
};

const NONE: readonly SecretStore[] = [];
const MAX_STORES = 8;
const MADE = /\$\([^()]*\)|`[^`]*`/g;
const wordsIn = (text: string): string[] => (/\s/.test(text) ? text.split(/[\s'"`;|&<>(),=]+/) : [text]);

/** Cheap first look: no store has none of these. */
const HINT = /[./\\%\uff0e\uff0f]|id_|x/;
