import { readFileSync } from 'node:fs';
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, unreadable } from './errors.ts';
import { nearest } from './nearest.ts';

export type ValuePath = readonly PropertyKey[];

/** A file that people write, YAML or JSON, with the line of every value in it: a mistake is told with its place. */
export interface YamlFile {
  value: unknown;
  /** `grants.yaml:3: grants.0.agents`; with `key` the line is that of this key in the place. */
  at(place: ValuePath, key?: PropertyKey): string;
  has(place: ValuePath): boolean;
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
  /** Of the key where the place has one, which may stand above its value; else of what is nearest to it. */
  const lineOf = (place: ValuePath): number => {
    let node: unknown = document.contents;
    let start = document.contents?.range?.[0] ?? 0;
    for (const step of place) {
      if (isAlias(node)) node = node.resolve(document);
      const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && key.value === step) : undefined;
      const named = isSeq(node) ? node.items[Number(step)] : pair?.key;
      if (!isNode(named)) break;
      start = named.range?.[0] ?? start;
      node = pair === undefined ? named : pair.value;
    }
    return lines.linePos(start).line;
  };
  return {
    value: resolved(document, path) ?? {},
    has: (place) => document.hasIn(place),
    at: (place, key) => `${path}:${lineOf(key === undefined ? place : [...place, key])}: ${pathOf(place)}`,
  };
}

/** What stands for an alias is looked for here alone: there may be no such thing, or far too much of it. */
function resolved(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ConfigError(`${path}: ${firstLine((error as Error).message)}`);
  }
}

const firstLine = (message: string): string => message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, '');
export const pathOf = (place: ValuePath): string => place.map(String).join('.') || 'at the top';

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

/** What a schema refuses. */
export interface Mistake {
  place: ValuePath;
  /** One that stands there and should not. */
  key?: string;
  mend: string;
}

export function mistakesOf(error: z.ZodError, schema: z.ZodType, meant: Words = {}): Mistake[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return error.issues.map(deepest).flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [{ place: issue.path, mend: mendOf(issue) }];
    return issue.keys.map((key) => {
      const here = keysAt(json, issue.path);
      // One that may stand here beside other values is not the one that is meant.
      const other = Object.hasOwn(meant, key) ? meant[key] : undefined;
      const known = other ?? (here.includes(key) ? undefined : (nearest(key, here) ?? elsewhere(json, key)));
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
  if (issue.expected === 'string' && /received (?:number|boolean)$/.test(message))
    return 'a text is expected: put the value in quotes';
  return issue.expected === 'array' ? 'a list is expected: put the value in [ ]' : message;
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** A schema with all that it may be instead. */
const branches = (schema: JsonSchema): JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(branches),
];

/** What lies in a schema, each with its key: those of an item or of any name are `*`. */
const inside = (schema: JsonSchema): [string, JsonSchema][] =>
  branches(schema).flatMap(({ properties = {}, additionalProperties: any, items }) => [
    ...Object.entries(properties),
    ...[any, items].filter((one) => typeof one === 'object').map((one): [string, JsonSchema] => ['*', one]),
  ]);

/** Keys that may stand at a place. */
function keysAt(schema: JsonSchema, place: ValuePath): string[] {
  let here = [schema];
  for (const step of place)
    here = here.flatMap(inside).flatMap(([key, inner]) => (key === step || key === '*' ? [inner] : []));
  return here.flatMap(inside).flatMap(([key]) => (key === '*' ? [] : [key]));
}

/** The path of a key that has its place elsewhere: of the highest one, where there are several. */
function elsewhere(schema: JsonSchema, key: string): string | undefined {
  const walk = (at: JsonSchema, path: string[]): string[][] =>
    inside(at).flatMap(([name, inner]) => [
      ...(name === key ? [[...path, name]] : []),
      ...walk(inner, [...path, name]),
    ]);
  return walk(schema, [])
    .sort((a, b) => a.length - b.length)[0]
    ?.join('.');
}
