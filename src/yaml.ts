import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, unreadable } from './errors.ts';
import { nearest } from './nearest.ts';

type Place = readonly PropertyKey[];

/** A file that people write, YAML or JSON, with the line of every value in it: a mistake is told with its place. */
export interface YamlFile {
  value: unknown;
  /** `grants.yaml:3: grants.0.agents`; with `key` the line is that of this key in the place. */
  at(place: Place, key?: PropertyKey): string;
}

/** Throws a ConfigError where the file cannot be read, or is no YAML. */
export function readYaml(path: string): YamlFile {
  try {
    return parseYaml(readFileSync(path, 'utf8'), path);
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(path, error);
  }
}

/** The same of a text. `path` is for the messages alone. */
export function parseYaml(text: string, path: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined)
    throw new ConfigError(`${path}:${broken.linePos?.[0].line ?? 1}: ${firstLine(broken.message)}`);
  const lineOf = (place: Place): number => {
    for (let depth = place.length; depth >= 0; depth -= 1) {
      const node = document.getIn(place.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
      if (node?.range !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  return {
    value: document.toJS() ?? {},
    at: (place, key) => `${path}:${lineOf(key === undefined ? place : [...place, key])}: ${pathOf(place)}`,
  };
}

const firstLine = (message: string): string => message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
export const pathOf = (place: Place): string => place.map(String).join('.') || 'at the top';

/** By its schema. Every mistake is a line of the ConfigError: file and line, the path of the value, and the mend. */
export function checkYaml<S extends z.ZodType>(file: YamlFile, schema: S, meant: Words = {}): z.output<S> {
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    mistakesOf(parsed.error, schema, meant)
      .map(({ place, key, mend }) => `${file.at(place, key)}: ${mend}`)
      .join('\n'),
  );
}

/** Other words that people use for a key. */
export type Words = Readonly<Record<string, string>>;

export interface Mistake {
  place: Place;
  /** One that stands there and should not. */
  key?: string;
  mend: string;
}

export function mistakesOf(error: z.ZodError, schema: z.ZodType, meant: Words = {}): Mistake[] {
  const keys = keysOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return error.issues.map(deepest).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ place: issue.path, mend: mendOf(issue) }];
    return issue.keys.map((key) => {
      const known = meant[key] ?? nearest(key, keys);
      return {
        place: issue.path,
        key,
        mend: `there is no key ${key} here${known === undefined ? '' : `; ${known} is meant?`}`,
      };
    });
  });
}

/** Of a union the branch that came furthest: it is the one that was meant. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.map((issues) => issues[0]).filter((one) => one !== undefined);
  const furthest = inner.sort((a, b) => b.path.length - a.path.length)[0];
  return furthest === undefined ? issue : deepest({ ...furthest, path: [...issue.path, ...furthest.path] });
}

function mendOf(issue: z.core.$ZodIssue): string {
  const message = issue.message.replace(/^Invalid input: /, '');
  if (issue.code !== 'invalid_type') return message;
  if (message.endsWith('received undefined')) return `it is missing: ${issue.expected} expected`;
  return issue.expected === 'array' ? 'a list is expected: put the value in [ ]' : message;
}

/** Names of all properties at any depth of a JSON Schema. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: unknown };
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}
