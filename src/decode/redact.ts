import type { Hasher } from '../hash.ts';
import { looksRandom } from './entropy.ts';
import { compileLinear } from './linear.ts';
import { secretKeyKind } from './secret-keys.ts';
import { findsSecret, SECRET_PATTERNS, type SecretPattern } from './secret-patterns.ts';

/**
 * Redaction: a secret becomes `[redacted:<kind>:<keyed hash>]`, so that nothing that reaches a disk holds it and the
 * same one met twice is still seen to be the same. Three ways to find it: the name of the key it stands under, a
 * pattern of a well-known secret, and long tokens that look random. Redacting twice changes nothing.
 */
export interface RedactionRules {
  /** Further key names whose values are secret. */
  keys?: readonly string[];
  /** Further regular expressions of secret values. */
  patterns?: readonly string[];
  /** Whether long random-looking tokens are secrets; default true. */
  entropy?: boolean;
}

export interface Redactor {
  /** Redacts in place; what it returns is to be used. Fields in which something was found are added to `fields`. */
  value(value: unknown, field: string, fields: Set<string>): unknown;
  text(text: string): string;
  /** Redacts by patterns alone, in place: ids and names may well look random, and `credential.id` is no credential. */
  names(value: unknown, field: string, fields: Set<string>): unknown;
}

/** Nested deeper than this a value is refused, not followed. */
export const MAX_DEPTH = 64;
const MAX_FIELDS = 128;
/** Replacing one secret may uncover the border of another: repeated until nothing changes, at most so often. */
const MAX_PASSES = 6;

export class TooDeepError extends Error {
  override name = 'TooDeepError';
}

const MARKER = /\[redacted:[a-z0-9_-]{1,40}:[0-9a-f]{16}\]/g;
const ONLY_MARKER = /^\[redacted:[a-z0-9_-]{1,40}:[0-9a-f]{16}\]$/;
const LONG_TOKEN = /[A-Za-z0-9+/=_-]{24,}/g;
const SCHEME = /^(?:bearer|basic|token|apikey)\s+/i;

export function createRedactor(hasher: Hasher, rules: RedactionRules = {}): Redactor {
  const extraKeys = new Set((rules.keys ?? []).map((key) => key.toLowerCase()));
  const custom = (rules.patterns ?? []).map((source, i) => compileLinear(source, `redaction.patterns.${i}`));
  const entropy = rules.entropy ?? true;
  const mark = (kind: string, secret: string): string => `[redacted:${kind}:${hasher(secret)}]`;

  function plain(text: string, entropy: boolean): string {
    let out = text;
    if (findsSecret(out)) for (const pattern of SECRET_PATTERNS) out = replaceSecret(out, pattern);
    for (const pattern of custom)
      out = outsideMarkers(out, (part) => pattern.replace(part, (hit) => mark('custom', hit)));
    if (entropy && out.length >= 24)
      out = outsideMarkers(out, (part) =>
        part.replace(LONG_TOKEN, (token) => (looksRandom(token) ? mark('random', token) : token)),
      );
    return out;
  }

  function replaceSecret(text: string, { kind, find }: SecretPattern): string {
    return outsideMarkers(text, (part) =>
      part.replace(find, (...match: unknown[]) => {
        const whole = match[0] as string;
        const secret = typeof match[1] === 'string' ? match[1] : whole;
        return ONLY_MARKER.test(secret) ? whole : whole.replace(secret, () => mark(kind, secret));
      }),
    );
  }

  function text(input: string, guess = entropy): string {
    if (input.length < 8) return input;
    let out = input;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const next = plain(out, guess);
      if (next === out) return out;
      out = next;
    }
    return mark('text', input);
  }

  function underSecretKey(value: string, kind: string): string {
    if (value === '' || ONLY_MARKER.test(value)) return value;
    const known = text(value);
    return ONLY_MARKER.test(known) ? known : mark(kind, value.replace(SCHEME, ''));
  }

  function walk(value: unknown, kind: string | null, field: string, fields: Set<string>, depth: number): unknown {
    if (typeof value === 'string') {
      const out = kind === null ? text(value) : underSecretKey(value, kind);
      if (out !== value && fields.size < MAX_FIELDS) fields.add(field);
      return out;
    }
    if (typeof value === 'number' && kind !== null && kind !== 'tokens') {
      if (fields.size < MAX_FIELDS) fields.add(field);
      return mark(kind, String(value));
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) throw new TooDeepError(`nested deeper than ${MAX_DEPTH}`);
    if (Array.isArray(value)) {
      const inner = `${field}[]`;
      for (let i = 0; i < value.length; i++) value[i] = walk(value[i], kind, inner, fields, depth + 1);
      return value;
    }
    walkObject(value as Record<string, unknown>, kind, field, fields, depth);
    return value;
  }

  function walkObject(
    object: Record<string, unknown>,
    kind: string | null,
    field: string,
    fields: Set<string>,
    depth: number,
  ): void {
    for (const key of Object.keys(object)) {
      const before = object[key];
      const keyKind = secretKeyKind(key, extraKeys) ?? kind;
      const after = walk(before, keyKind, `${field}.${key}`, fields, depth + 1);
      const name = text(key);
      if (name !== key) {
        delete object[key];
        if (fields.size < MAX_FIELDS) fields.add(field);
      }
      if (name !== key || after !== before) define(object, name, after);
    }
  }

  function names(value: unknown, field: string, fields: Set<string>): unknown {
    if (typeof value === 'string') {
      const out = text(value, false);
      if (out !== value && fields.size < MAX_FIELDS) fields.add(field);
      return out;
    }
    if (typeof value !== 'object' || value === null) return value;
    const object = value as Record<string, unknown>;
    for (const key of Object.keys(object))
      object[key] = names(
        object[key],
        Array.isArray(value) ? `${field}[]` : field === '' ? key : `${field}.${key}`,
        fields,
      );
    return value;
  }

  return {
    value: (value, field, fields) => walk(value, null, field, fields, 0),
    text: (input) => text(input),
    names,
  };
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

/** Applies `change` to what stands between markers, never to a marker itself. */
function outsideMarkers(text: string, change: (part: string) => string): string {
  if (!text.includes('[redacted:')) return change(text);
  let out = '';
  let from = 0;
  for (const match of text.matchAll(MARKER)) {
    out += change(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + change(text.slice(from));
}
