import { parseAllDocuments, type YAMLParseError } from 'yaml';
import type { Grant, Pattern } from '../../../schemas/grant.ts';
import { isObject, type Json } from '../../../schemas/object.ts';

/** What the source does not say and the operator may. */
export interface ImportOptions {
  /** Agents that the imported rules speak of, where the source names roles or nobody. */
  agents?: string[];
  /** Servers, where the source names labels or routes. */
  servers?: string[];
  /** Agents behind a group, consumer or role of the source. */
  groups?: Record<string, string[]>;
  /** Where it came from, kept with each grant. */
  source: string;
}

export interface Imported {
  grants: Grant[];
  /** What a person should know: what was taken how, and what was left as a condition. */
  notes: string[];
}

/** One format of one gateway. */
export interface ImportFormat {
  name: string;
  title: string;
  reference: string;
  read(text: string, options: ImportOptions): Imported;
}

/** The text is not what the format says: the message names the place and what was expected. */
export class ImportError extends Error {
  override name = 'ConfigError';
}

/** Every document of a YAML or JSON file: half of one that is broken would be rules that nobody wrote. */
export function documentsOf(format: string, text: string): unknown[] {
  return parseAllDocuments(text).map((document) => {
    try {
      if (document.errors[0] !== undefined) throw document.errors[0];
      return document.toJS() as unknown;
    } catch (error) {
      const { message, linePos } = error as Partial<YAMLParseError> & Error;
      const line = linePos === undefined ? '' : `line ${linePos[0].line}: `;
      throw new ImportError(`${format}: ${line}${message.split('\n')[0]}`);
    }
  });
}

/** The same where a file is one document. */
export function documentOf(format: string, text: string): unknown {
  const [first, second] = documentsOf(format, text);
  if (second !== undefined) throw new ImportError(`${format}: one document is expected, and there are several`);
  return first;
}

export const objectAt = (value: unknown, key: string): Json => {
  const inner = isObject(value) ? value[key] : undefined;
  return isObject(inner) ? inner : {};
};
const listAt = (value: unknown, key: string): unknown[] => {
  const inner = isObject(value) ? value[key] : undefined;
  return Array.isArray(inner) ? inner : [];
};
export const objectsAt = (value: unknown, key: string): Json[] => listAt(value, key).filter(isObject);
export const textsAt = (value: unknown, key: string): string[] =>
  listAt(value, key).filter((item): item is string => typeof item === 'string');
export const textAt = (value: unknown, key: string): string | undefined => {
  const inner = isObject(value) ? value[key] : undefined;
  return typeof inner === 'string' && inner !== '' ? inner : undefined;
};

/** Grants without the keys that are empty. */
export function grant(parts: Omit<Grant, 'effect'> & { effect?: Grant['effect'] }): Grant {
  const { id, effect = 'allow', ...rest } = parts;
  const entries = Object.entries({ id, effect, ...rest }).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries) as Grant;
}

/** `a b/c` -> `a-b-c`: what may stand in an id. */
export const idOf = (...parts: string[]): string =>
  parts
    .join('-')
    .replace(/[^\w.:@-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'grant';

/** The pattern of one name, whatever is in it. */
export const exactly = (name: string): Pattern =>
  /[*?]/.test(name) ? { regex: `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$` } : name;
