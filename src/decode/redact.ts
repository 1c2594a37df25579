import type { Hasher } from '../hash.ts';
import { fieldIn } from './field-path.ts';
import { hintedKind, secretKeyKind } from './secret-keys.ts';
import { createTextRedactor, ONLY_MARKER, type RedactionRules } from './text-redactor.ts';

/** What is known of the text beforehand, and what is learned on the way. */
export interface Findings {
  /** Fields in which something was redacted: `args.password`, `args.to[]`. */
  fields: Set<string>;
  /** Nothing in the whole record looks like any pattern (mayHoldSecret said no): only key names and entropy remain. */
  clean: boolean;
}

/**
 * Redaction: a secret becomes `[redacted:<kind>:<keyed hash>]`, so that nothing that reaches a disk holds it and the
 * same one met twice is still seen to be the same. Three ways to find it: the name of the key it stands under, a
 * pattern of a well-known secret, and long tokens that look random. Redacting twice changes nothing.
 */
export interface Redactor {
  /** Redacts in place; what it returns is to be used. */
  value(value: unknown, field: string, findings: Findings): unknown;
  text(text: string): string;
  /** Redacts by patterns alone, in place: ids and names may well look random, and `credential.id` is no credential. */
  names(value: unknown, field: string, findings: Findings): unknown;
  /** The operator has patterns beside those that are built in. */
  ownPatterns: boolean;
}

/** Nested deeper than this a value is refused, not followed. */
export const MAX_DEPTH = 64;
const MAX_FIELDS = 128;
class TooDeepError extends Error {
  override name = 'TooDeepError';
}

const SCHEME = /^(?:bearer|basic|token|apikey)\s+/i;

export function createRedactor(hasher: Hasher, rules: RedactionRules = {}): Redactor {
  const extraKeys = new Set((rules.keys ?? []).map((key) => key.toLowerCase()));
  const mark = (kind: string, secret: string): string => `[redacted:${kind}:${hasher(secret)}]`;
  const text = createTextRedactor(mark, rules);

  function underSecretKey(value: string, kind: string): string {
    if (value === '' || ONLY_MARKER.test(value)) return value;
    const known = text(value, true, false);
    return ONLY_MARKER.test(known) ? known : mark(kind, value.replace(SCHEME, ''));
  }

  function leaf(value: unknown, kind: string | null, clean: boolean): unknown {
    if (typeof value === 'string') return kind === null ? text(value, true, clean) : underSecretKey(value, kind);
    return typeof value === 'number' && kind !== null ? mark(kind, String(value)) : value;
  }

  function walk(value: unknown, kind: string | null, field: string, findings: Findings, depth: number): unknown {
    if (typeof value !== 'object' || value === null) {
      // `1e999` is JSON, and none that could be written again: as text it is in the store what it is in the fold.
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
      const out = leaf(value, kind, findings.clean);
      if (out !== value) note(findings, field);
      return out;
    }
    if (depth >= MAX_DEPTH) throw new TooDeepError(`nested deeper than ${MAX_DEPTH}`);
    if (Array.isArray(value)) {
      const inner = `${field}[]`;
      for (let i = 0; i < value.length; i++)
        value[i] = walk(value[i], kind ?? flagKind(value[i - 1], extraKeys), inner, findings, depth + 1);
    } else walkObject(value as Record<string, unknown>, kind, field, findings, depth);
    return value;
  }

  function walkObject(
    object: Record<string, unknown>,
    kind: string | null,
    field: string,
    findings: Findings,
    depth: number,
  ): void {
    for (const key of Object.keys(object)) {
      const before = object[key];
      // A token that is taken apart is claims, which are no secrets.
      const own =
        key === 'jwt' && typeof before === 'object'
          ? null
          : (secretKeyKind(key, extraKeys) ?? namedKind(key, object, extraKeys) ?? hintedKind(key, before));
      const name = text(key, true, findings.clean);
      const after = walk(before, own ?? kind, fieldIn(field, name), findings, depth + 1);
      if (name === key && after === before) continue;
      if (name !== key) {
        delete object[key];
        note(findings, field);
      }
      define(object, name, after);
    }
  }

  function names(value: unknown, field: string, findings: Findings): unknown {
    if (typeof value === 'string') {
      const out = text(value, false, findings.clean);
      if (out !== value) note(findings, field);
      return out;
    }
    if (typeof value !== 'object' || value === null) return value;
    const object = value as Record<string, unknown>;
    const list = Array.isArray(value);
    for (const key of Object.keys(object)) {
      const before = object[key];
      const after = names(before, list ? `${field}[]` : fieldIn(field, key), findings);
      if (after !== before) object[key] = after;
    }
    return value;
  }

  return {
    value: (value, field, findings) => walk(value, null, field, findings, 0),
    text: (input) => text(input, true, false),
    names,
    ownPatterns: (rules.patterns ?? []).length > 0,
  };
}

/** `["--password", "swordfish"]`: the flag before it says what a word of a command is. */
const flagKind = (before: unknown, extra: ReadonlySet<string>): string | null =>
  typeof before === 'string' && /^--?[A-Za-z][\w-]*$/.test(before) ? secretKeyKind(before, extra) : null;

/** `{ "name": "DB_PASSWORD", "value": "swordfish" }`, as variables and headers are listed. */
function namedKind(key: string, object: Record<string, unknown>, extra: ReadonlySet<string>): string | null {
  if (key !== 'value' && key !== 'Value') return null;
  const name = object.name ?? object.key ?? object.header ?? object.Name ?? object.Key;
  return typeof name === 'string' ? (secretKeyKind(name, extra) ?? hintedKind(name, object[key])) : null;
}

function note({ fields }: Findings, field: string): void {
  if (fields.size < MAX_FIELDS) fields.add(field);
}

/** Assigning to `__proto__` would change the object's prototype; defining it does not. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else object[key] = value;
}
