import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigError, OperationError } from '../../errors.ts';

/** A place that cannot be is a mistake of who named it; a full disk is none. */
export function unwritable(name: string, { code = '', message }: NodeJS.ErrnoException): Error {
  const text = `${name}: cannot be written (${code || message})`;
  return ['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR', 'EROFS', 'EEXIST'].includes(code)
    ? new ConfigError(text)
    : new OperationError(text);
}

/** Before long work: whether its answer can be written there. Nothing is made or changed. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const there = await stat(path).catch(() => undefined);
    if (there?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    await access(there === undefined ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}
