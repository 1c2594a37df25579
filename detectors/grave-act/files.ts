import { textsIn } from '../stats/leaves.ts';
import type { Call } from './reader.ts';

const PATH = /(?:^|[._])(?:path|file|filename|file_?path|target|destination|dest|uri|name)$/i;
/** What an edit takes away. */
const REPLACED = /(?:^|[._])old_?(?:text|str(?:ing)?|content)?$/i;
const CHARS = 65_536;
const LONGEST_PATH = 400;

interface File {
  path: string;
  /** What comes into it, as far as it is logged. */
  text: string;
}

/** The things that lie under one name: of a list the one at hand, and what was read of it. */
interface Group {
  keys: Set<string>;
  paths: string[];
  text: string;
}

/** The files that a call names and that `counts`, each with the texts beside it: of many that come in one call, with its own. */
export function filesIn(leaves: Call['leaves'], counts: (path: string) => boolean): File[] {
  const isPath = ([key, value]: Call['leaves'][number]): boolean =>
    typeof value === 'string' && value.length <= LONGEST_PATH && PATH.test(key) && counts(value);
  if (!leaves.some(isPath)) return [];
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const leaf of leaves) {
    const [key, value] = leaf;
    const under = key.slice(0, Math.max(0, key.lastIndexOf('.')));
    let own = open.get(under);
    if (own === undefined || own.keys.has(key)) {
      own = { keys: new Set(), paths: [], text: '' };
      open.set(under, own);
      groups.push(own);
    }
    own.keys.add(key);
    if (isPath(leaf)) own.paths.push(value as string);
    const said = textsIn(value).join('\n');
    if (said === '' || PATH.test(key) || REPLACED.test(key)) continue;
    for (const [name, group] of open)
      if ((name === under || name === '' || under.startsWith(`${name}.`)) && group.text.length < CHARS)
        group.text += `${said.slice(0, CHARS - group.text.length)}\n`;
  }
  const all = open.get('')?.text ?? '';
  return groups.flatMap(({ paths, text }) => paths.map((path) => ({ path, text: text || all })));
}
