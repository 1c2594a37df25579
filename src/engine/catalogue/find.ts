import { CLASSES, type PrivilegeClass } from '../../../schemas/alert.ts';
import { wordsOf } from '../../../schemas/words.ts';
import type { CatalogueEntry } from './entry.ts';
import { builtin } from './index.ts';

/** The product behind a server, and what is known of one of its tools. */
export interface Known {
  entry: CatalogueEntry;
  /** The tool takes SQL. */
  sql: boolean;
}

interface Prepared {
  entry: CatalogueEntry;
  names: string[][];
  tools: Map<string, PrivilegeClass>;
  sql: Set<string>;
}

const prepared: Prepared[] = builtin.map((entry) => {
  const tools = new Map<string, PrivilegeClass>();
  for (const name of CLASSES)
    for (const tool of (entry.tools[name] ?? '').split(' ')) if (tool !== '') tools.set(tool, name);
  const sql = new Set((entry.sql ?? '').split(' ').filter((tool) => tool !== ''));
  for (const tool of sql) if (!tools.has(tool)) tools.set(tool, 'read');
  return { entry, names: entry.names.map(wordsOf), tools, sql };
});
const byEntry = new Map(prepared.map((item) => [item.entry, item]));

/** By the server's own name: the longest of a product's names in it, of equals the first. Else by the tool's prefix. */
export function findEntry(serverNames: readonly string[], tool: readonly string[]): Known | null {
  let best: { item: Prepared; length: number; at: number } | null = null;
  for (const words of serverNames.map(wordsOf))
    for (const item of prepared)
      for (const name of item.names) {
        const at = indexOf(words, name);
        if (at < 0) continue;
        if (best === null || name.length > best.length || (name.length === best.length && at < best.at))
          best = { item, length: name.length, at };
      }
  const item = best?.item ?? prepared.find((candidate) => prefixed(candidate, tool));
  return item === undefined
    ? null
    : { entry: item.entry, sql: spellings(item, tool).some((name) => item.sql.has(name)) };
}

/** The tool as this product lists it, or null. */
export function lookUp({ entry }: Known, tool: readonly string[]): { tool: string; class: PrivilegeClass } | null {
  const item = byEntry.get(entry) as Prepared;
  for (const name of spellings(item, tool)) {
    const found = item.tools.get(name);
    if (found !== undefined) return { tool: name, class: found };
  }
  return null;
}

/** `github_create_issue` on a server that nobody knows is still that of github, where github lists `create_issue`. */
const prefixed = (item: Prepared, tool: readonly string[]): boolean =>
  item.names.some(
    (name) =>
      tool.length > name.length && indexOf(tool, name) === 0 && item.tools.has(tool.slice(name.length).join('_')),
  );

/** The whole name, and what is left of it after the product's own. */
function spellings(item: Prepared, tool: readonly string[]): string[] {
  const out = [tool.join('_')];
  for (const name of item.names) {
    const at = indexOf(tool, name);
    if (at >= 0 && tool.length > at + name.length) out.push(tool.slice(at + name.length).join('_'));
  }
  return out;
}

function indexOf(words: readonly string[], name: readonly string[]): number {
  for (let at = 0; at + name.length <= words.length; at++)
    if (name.every((word, i) => words[at + i] === word)) return at;
  return -1;
}
