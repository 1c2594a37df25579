import { createHmac, hash } from 'node:crypto';

/** Keyed hash of a string: 16 lower-case hex digits, the same under the same key for ever. */
export type Hasher = (text: string) => string;

/** Strings up to this length are worth remembering: entities and words come again, prose does not. */
const CACHED_LENGTH = 128;
/** Strings of one generation; when it is full, the one before it is forgotten. */
const CACHED_STRINGS = 32_768;

/** HMAC-SHA256 cut to 64 bits, behind a cache: a repeated value costs about a twentieth of the hash. */
export function createHasher(key: Uint8Array): Hasher {
  let young = new Map<string, string>();
  let old = young;
  const compute = (text: string): string => createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
  return (text) => {
    if (text.length > CACHED_LENGTH) return compute(text);
    const known = young.get(text);
    if (known !== undefined) return known;
    const digest = old.get(text) ?? compute(text);
    if (young.size >= CACHED_STRINGS) [old, young] = [young, new Map()];
    young.set(text, digest);
    return digest;
  };
}

/** Id made of content alone: 32 hex digits. Parts are told apart by their lengths, so no separator can be forged. */
export function contentId(...parts: string[]): string {
  let joined = '';
  for (const part of parts) joined += `${part.length}:${part}`;
  return hash('sha256', joined, 'hex').slice(0, 32);
}
