import { type Grant, type GrantsFile, grantsFileSchema } from '../../schemas/grant.ts';
import { endOf, untilOf } from '../engine/grant-rule.ts';
import { methodMeant } from '../engine/methods.ts';
import { AnchorError, compileRegex } from '../engine/pattern.ts';
import { ConfigError } from '../errors.ts';
import { readEach } from '../mistakes.ts';
import { checkYaml, parseYaml, readYaml, type Words, type YamlFile } from '../yaml.ts';

/** Reads grants files into one, in their order. A mistake is a ConfigError that names the file, the line, what is wrong and the mend. */
export function loadGrants(files: readonly string[]): GrantsFile {
  const all: GrantsFile = { grants: [], charters: [], changes: [] };
  const seen = new Map<string, string>();
  readEach(files, (path) => {
    const one = checkGrants(readYaml(path));
    readEach(one.grants, ({ id }) => {
      const before = seen.get(id) ?? path;
      seen.set(id, path);
      if (before !== path)
        throw new ConfigError(
          `${path}: the grant ${id} is in ${before} as well: ids are unique over all files, rename one`,
        );
    });
    all.grants.push(...one.grants);
    all.charters.push(...one.charters);
    all.changes.push(...one.changes);
  });
  return all;
}

/** One file's text. `path` is for the messages alone. */
export const parseGrants = (text: string, path: string): GrantsFile => checkGrants(parseYaml(text, path));

const MEANT: Words = {
  agent: 'agents',
  server: 'servers',
  target: 'targets',
  tools: 'targets',
  tool: 'targets',
  method: 'methods',
  task: 'tasks',
  intent: 'intents',
  class: 'max_class',
  expires: 'valid_to',
  until: 'valid_to',
  arguments: 'args',
};

/** By the schema, then what it cannot see: ids twice, expressions that do not compile, ends before the beginning. */
function checkGrants(file: YamlFile): GrantsFile {
  // A file that is being written is empty for a moment: that nobody may do anything has to be said.
  if (typeof file.value === 'object' && file.value !== null && Object.keys(file.value).length === 0)
    throw new ConfigError(`${file.at([])}: there is nothing in it; write "grants: []" if that is meant`);
  const parsed = checkYaml(file, grantsFileSchema, MEANT);
  const { grants, charters, changes } = parsed;
  const mistakes: string[] = [];
  const mistaken = (place: PropertyKey[], message: string): void => {
    mistakes.push(`${file.at(place)}: ${message}`);
  };
  const check = (kind: keyof GrantsFile, index: number, item: object): void => {
    for (const [place, source] of expressionsOf(item)) {
      const why = whyNot(source);
      if (why !== undefined) mistaken([kind, index, ...place], why);
    }
  };
  const ids = new Set<string>();
  for (const [index, grant] of grants.entries()) {
    if (ids.has(grant.id))
      mistaken(['grants', index, 'id'], `${grant.id} is the id of another grant as well: rename one`);
    ids.add(grant.id);
    if (grant.valid_from !== undefined && endOf(grant) < Date.parse(grant.valid_from))
      mistaken(['grants', index, 'valid_to'], 'it ends before it begins');
    for (const [nth, method] of (grant.methods ?? []).entries()) {
      const meant = typeof method === 'string' ? methodMeant(method) : undefined;
      if (meant !== undefined)
        mistaken(['grants', index, 'methods', nth], `MCP has no method ${method}; ${meant} is meant?`);
    }
    check('grants', index, grant);
  }
  for (const [index, charter] of charters.entries()) check('charters', index, charter);
  for (const [index, change] of changes.entries()) {
    if (untilOf(change.to) <= Date.parse(change.from)) mistaken(['changes', index, 'to'], 'it ends before it begins');
    check('changes', index, change);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  return parsed;
}

/** Why an expression is none; undefined where it is one. */
function whyNot(source: string): string | undefined {
  try {
    compileRegex(source);
    return undefined;
  } catch (error) {
    const why = (error as Error).message.split('\n')[0]!;
    return error instanceof AnchorError
      ? why
      : `not an expression of RE2 (${why}); look-around and back-references are not there`;
  }
}

function expressionsOf(value: Partial<Grant> | object): [PropertyKey[], string][] {
  const out: [PropertyKey[], string][] = [];
  const walk = (place: PropertyKey[], item: unknown): void => {
    if (typeof item !== 'object' || item === null) return;
    const { regex } = item as { regex?: unknown };
    if (typeof regex === 'string') out.push([[...place, 'regex'], regex]);
    else
      for (const [key, inner] of Object.entries(item)) walk([...place, Array.isArray(item) ? Number(key) : key], inner);
  };
  walk([], value);
  return out;
}
