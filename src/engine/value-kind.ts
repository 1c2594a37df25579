import { SCHEME } from './canonical.ts';
import { composed } from './pattern.ts';

/** What kind of value a pattern speaks of: told by its own shape, and by the name of the argument. */
export type ValueKind = 'address' | 'mail' | 'host' | 'repository' | 'path' | 'text';

const HOST_KEY =
  /(?:^|[._-])(?:host|hostname|domain|fqdn|url|uri|endpoint|origin|address|site|target)s?$|(?:Host|Url|Uri|Domain|Endpoint)s?$/;
const HOST_SHAPE =
  /^[\p{L}\p{N}_*?-]+(?:\.[\p{L}\p{N}_*?-]+)+\.?(?::[\d*]+)?$|^localhost(?::[\d*]+)?$|^\[[0-9a-f:.*]+\](?::[\d*]+)?$/iu;
const REPOSITORY_KEY = /repo(?:s|sitory|sitories)?(?:[._-]?(?:full_?)?(?:name|slug|path|id))?$/i;

export function kindOf(key: string, pattern: string): ValueKind {
  if (SCHEME.test(pattern.replaceAll('*', 'x'))) return 'address';
  if (pattern.includes('@') && !/[\\/]/.test(pattern)) return 'mail';
  if (HOST_KEY.test(key) && HOST_SHAPE.test(pattern)) return 'host';
  if (REPOSITORY_KEY.test(key) && !/^[\\/~.]|^[A-Za-z]:/.test(pattern)) return 'repository';
  return /[\\/]/.test(pattern) ? 'path' : 'text';
}

/** A glob of a path, as paths are compared. */
export function pathPattern(text: string): string {
  const slashed = composed(text)
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^(?:\.\/)+/, '');
  return slashed.length > 1 ? slashed.replace(/\/$/, '') : slashed;
}
