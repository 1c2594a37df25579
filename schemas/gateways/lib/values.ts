import { parseExact } from '../../exact-json.ts';
import { isObject, type Json, objectsIn } from '../../object.ts';

export { isObject, type Json, objectsIn };

/** Small readers of untrusted JSON, used by every adapter. What is not there, or of another type, is undefined. */
export const object = (value: unknown): Json => (isObject(value) ? value : {});

/** Text, or a number as text; blank text is none. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function number(value: unknown): number | undefined {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : undefined;
}

/** What a table says of a word that came from outside: `constructor` is in no table. */
export function lookup<T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined {
  const key = typeof word === 'boolean' ? String(word) : text(word);
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A duration or size: never below zero. */
export function count(value: unknown): number | undefined {
  const parsed = number(value);
  return parsed !== undefined && parsed >= 0 ? parsed : undefined;
}

/** An HTTP status or another whole number. */
export function integer(value: unknown): number | undefined {
  const parsed = number(value);
  return Number.isInteger(parsed) ? parsed : undefined;
}

/** Texts of a list, or of a text split at blanks and commas (OAuth scopes). */
export function texts(value: unknown): string[] | undefined {
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[\s,]+/) : [];
  const kept = items.filter((item): item is string => typeof item === 'string' && item !== '').slice(0, 256);
  return kept.length > 0 ? kept : undefined;
}

/** An object or array, also where it was written as JSON text. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const start = value.trimStart()[0];
  if (start !== '{' && start !== '[') return undefined;
  try {
    return parseExact(value);
  } catch {
    return undefined;
  }
}

/** The message in an answer, also where it was kept as it went over the wire: in frames of an event stream. */
export function message(value: unknown): unknown {
  const told = parsed(value);
  if (told !== undefined || typeof value !== 'string') return told;
  const frames = value
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length).trim());
  // Notifications may come behind the answer.
  const answer = frames.findLast((frame) => /"(?:result|error)"\s*:/.test(frame) && isAnswer(parsed(frame)));
  return parsed(answer ?? frames.at(-1));
}

const isAnswer = (told: unknown): boolean => Array.isArray(told) || 'result' in object(told) || 'error' in object(told);

/** The address without its port, the first where several hands passed it on: `10.0.0.7:443`, `[::1]:443`, `a, b`. */
export function host(address: unknown): string | undefined {
  const [first] = text(address)?.split(',', 1) ?? [];
  return first
    ?.trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^([^:]+):\d+$/, '$1');
}

/** Arguments of a call: an object, also as JSON text. Anything else that is there is kept under one name. */
export function args(value: unknown): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const inner = parsed(value);
  return isObject(inner) ? inner : { value: inner ?? value };
}

/**
 * The value at a dotted path. A key may hold dots itself (`"mcp.method.name"`), so at each level the longest key wins.
 */
export function at(record: unknown, path: string): unknown {
  if (Array.isArray(record))
    return /^\d/.test(path) ? at(Object(record.at(Number.parseInt(path, 10))), path.replace(/^\d+\.?/, '')) : undefined;
  if (!isObject(record)) return undefined;
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(record, key)) return at(record[key], path.slice(dot + 1));
  }
  return undefined;
}

/** A copy without what stands at a path; the record itself where nothing does. */
export function without(record: unknown, path: string): unknown {
  if (Array.isArray(record))
    return /^\d/.test(path)
      ? record.map((item, n) => (n === Number.parseInt(path, 10) ? without(item, path.replace(/^\d+\.?/, '')) : item))
      : record;
  if (!isObject(record)) return record;
  if (Object.hasOwn(record, path)) return Object.fromEntries(Object.entries(record).filter(([key]) => key !== path));
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(record, key)) return { ...record, [key]: without(record[key], path.slice(dot + 1)) };
  }
  return record;
}

export function firstText(record: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = text(at(record, path));
    if (found !== undefined) return found;
  }
  return undefined;
}

const UNITS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000 };

/** `187ms`, `1.5s` or a plain number of milliseconds. */
export function millis(value: unknown): number | undefined {
  if (typeof value !== 'string') return count(value);
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s?(ns|us|µs|ms|s|m)?$/.exec(value.trim());
  return match === null ? undefined : Number(match[1]) * UNITS[match[2] ?? 'ms']!;
}
