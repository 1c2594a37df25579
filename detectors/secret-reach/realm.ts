import { leavesOf } from '../stats/leaves.ts';

/** Arguments of a tool made for secrets that say which: a path in a vault, a secret's name. */
const NAMES = /(?:^|[._])(?:path|name|key|id|secret_?(?:id|name|path|key)?)$/i;
/** Engines and versions, which stand before the path. */
const MOUNT = /^(?:v\d|kv(?:-?v?\d)?|secrets?|data|metadata|projects?|versions?|)$/i;
const LONGEST = 48;

/** The part of a store that a secret's path begins with, past the engine: `prod` of `secret/data/prod/db/root`; '' where it has no path. */
export function realmOf(args: unknown): string {
  for (const [key, value] of leavesOf(args)) {
    if (typeof value !== 'string' || !NAMES.test(key)) continue;
    const parts = value
      .slice(0, 400)
      .replace(/^arn:.*:/, '')
      .split('/');
    const first = parts.findIndex((part) => !MOUNT.test(part));
    // The last part names the secret itself.
    if (first >= 0 && first < parts.length - 1) return parts[first]!.slice(0, LONGEST);
  }
  return '';
}
