import { SCHEME } from './canonical.ts';
import { composed } from './pattern.ts';

/** What kind of value a pattern speaks of: told by its own shape, and by the name of the argument. */
export type ValueKind = 'address' | 'mail' | 'host' | 'repository' | 'path' | 'text';

const HOST_KEY =
  /(?:^|[._-])(?:host|hostname|domain|fqdn|url|uri|endpoint|origin|address|site|target)s?$|(?:Host|Url|Uri|Domain|Endpoint)s?$/;
const HOST_SHAPE =
  /^[\p{L}\p{N}_*?-]+(?:\.[\p{L}\p{N}_*?-]+)+\.?(?::[\d*]+)?$|^localhost(?::[\d*]+)?$|^\[[0-9a-f:.*]+\](?::[\d*]+)?$/iu;
const REPOSITORY_KEY = /repo(?:s|sitory|sitories)?(?:[._-]?(?:full_?)?(?:name|slug|path|id))?$/i;

const PATH_KEY =
  /(?:^|[._-])(?:file_?name|file|path|dir|directory|directories|folder)s?$|(?:File|FileName|Path|Dir|Directory|Folder)s?$/;
export const isPathKey = (key: string): boolean => PATH_KEY.test(key);
const MAIL_KEY = /^(?:to|cc|bcc|from)$|(?:recipient|attendee|invitee|mail|mail_?address)(?:es|s)?$/i;
export const isMailKey = (key: string): boolean => MAIL_KEY.test(key);
/** Of mail, where no name stands before it. */
export const isDomain = (pattern: string): boolean => HOST_SHAPE.test(pattern) && /\.[a-z]{2,}$/i.test(pattern);
const REF_KEY = /(?:^|[._-])(?:branch|ref|refspec|base|head)(?:_?name)?s?$|(?:Branch|Ref)(?:Name)?s?$/;
export const isRefKey = (key: string): boolean => REF_KEY.test(key);
const COMMAND_KEY = /(?:^|[._-])(?:cmd|command(?:_?line)?|script)s?$|(?:Cmd|Command|CommandLine|Script)s?$/;
export const isCommandKey = (key: string): boolean => COMMAND_KEY.test(key);
const RANGE = /^\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}$/;

export function kindOf(key: string, pattern: string): ValueKind {
  if (SCHEME.test(pattern.replaceAll('*', 'x'))) return 'address';
  if (pattern.includes('@') && !/[\\/]/.test(pattern)) return 'mail';
  if (HOST_KEY.test(key) && (HOST_SHAPE.test(pattern) || RANGE.test(pattern))) return 'host';
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
