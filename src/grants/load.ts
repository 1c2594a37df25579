import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Grant, type GrantsFile, grantsFileSchema } from '../../schemas/grant.ts';
import { compileRegex } from '../engine/pattern.ts';
import { ConfigError } from '../errors.ts';
import { contentHash } from './version.ts';

export interface LoadedGrants {
  /** All files as one, in their order. */
  file: GrantsFile;
  /** A function of the content: the same grants have the same version. */
  version: string;
}

/** Reads grants files into one. A mistake is a ConfigError that names the file, the line, what is wrong and the mend. */
export async function loadGrants(files: readonly string[]): Promise<LoadedGrants> {
  const all: GrantsFile = { grants: [], charters: [], changes: [] };
  const seen = new Map<string, string>();
  for (const path of files) {
    const one = parseGrants(await readText(path), path);
    for (const { id } of one.grants) {
      const before = seen.get(id);
      if (before !== undefined && before !== path)
        throw new ConfigError(
          `${path}: the grant ${id} is in ${before} as well: ids are unique over all files, rename one`,
        );
      seen.set(id, path);
    }
    all.grants.push(...one.grants);
    all.charters.push(...one.charters);
    all.changes.push(...one.changes);
  }
  return { file: all, version: contentHash(all) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`);
  }
}

/** One file's text. `path` is for the messages alone. */
export function parseGrants(text: string, path: string): GrantsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new ConfigError(`${path}:${broken.linePos?.[0].line ?? 1}: ${broken.message.split('\n')[0]}`);
  const lineOf = (place: readonly PropertyKey[]): number => {
    for (let depth = place.length; depth >= 0; depth -= 1) {
      const node = document.getIn(place.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const fail = (place: readonly PropertyKey[], message: string): never => {
    throw new ConfigError(`${path}:${lineOf(place)}: ${place.map(String).join('.') || 'the whole file'}: ${message}`);
  };
  const parsed = grantsFileSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0]!);
    return fail(issue.path, mend(issue));
  }
  checkGrants(parsed.data, fail);
  return parsed.data;
}

/** Of a union the branch that came furthest: it is the one that was meant. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.map((issues) => issues[0]).filter((one) => one !== undefined);
  const furthest = inner.sort((a, b) => b.path.length - a.path.length)[0];
  return furthest === undefined ? issue : deepest({ ...furthest, path: [...issue.path, ...furthest.path] });
}

const KEYS =
  'grants charters changes id effect agents servers targets methods max_class args tasks intents on_behalf_of valid_from valid_to condition_raw source purpose owner reviewers from to reason'.split(
    ' ',
  );
const MENDS: Record<string, string> = {
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

function mend(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const meant = MENDS[key] ?? KEYS.find((known) => known.startsWith(key.slice(0, 4)));
    return `there is no key ${key} here${meant === undefined ? '' : `; ${meant} is meant?`}`;
  }
  if (issue.code === 'invalid_type' && issue.expected === 'array') return 'a list is expected: put the value in [ ]';
  return issue.message;
}

/** What a schema cannot see: ids twice, expressions that do not compile, dates that end before they begin. */
function checkGrants(
  { grants, charters, changes }: GrantsFile,
  fail: (place: PropertyKey[], message: string) => never,
): void {
  const ids = new Map<string, number>();
  for (const [index, grant] of grants.entries()) {
    const before = ids.get(grant.id);
    if (before !== undefined)
      fail(['grants', index, 'id'], `${grant.id} is the id of another grant as well: rename one`);
    ids.set(grant.id, index);
    if (
      grant.valid_from !== undefined &&
      grant.valid_to !== undefined &&
      Date.parse(grant.valid_to) < Date.parse(grant.valid_from)
    )
      fail(['grants', index, 'valid_to'], 'it ends before it begins');
    for (const [place, source] of expressionsOf(grant)) checkExpression(['grants', index, ...place], source, fail);
  }
  for (const [index, charter] of charters.entries())
    for (const [place, source] of expressionsOf(charter)) checkExpression(['charters', index, ...place], source, fail);
  for (const [index, change] of changes.entries()) {
    if (Date.parse(change.to) <= Date.parse(change.from)) fail(['changes', index, 'to'], 'it ends before it begins');
    for (const [place, source] of expressionsOf(change)) checkExpression(['changes', index, ...place], source, fail);
  }
}

function checkExpression(
  place: PropertyKey[],
  source: string,
  fail: (place: PropertyKey[], message: string) => never,
): void {
  try {
    compileRegex(source);
  } catch (error) {
    fail(
      place,
      `not an expression of RE2 (${(error as Error).message.split('\n')[0]}); look-around and back-references are not there`,
    );
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
