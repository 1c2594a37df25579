import { randomBytes } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LoadedConfig } from './config.ts';
import { ConfigError } from './errors.ts';

/** The folder of the record, made where it is not there yet, for its owner alone. */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // A full disk is no mistake of who named it.
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw unusable(folder, error);
  }
  checkDataFolder(folder);
}

/** One that is there must be ours to read and to write; one that is not there is fine. */
export function checkDataFolder(folder: string): void {
  if (!existsSync(folder)) return;
  try {
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): ConfigError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return new ConfigError(`data_dir: ${folder} is, or is in, a file: name a folder`);
  return new ConfigError(
    `data_dir: ${folder} cannot be written (${code ?? message}): give it to the user that runs this`,
  );
}

/**
 * The key of all keyed hashes: from the environment, else from a 0600 file beside the data, made once. It never leaves
 * this machine; who has it and the record can test guesses of what was redacted.
 */
export function hashKey(loaded: LoadedConfig): Buffer {
  const { config } = loaded;
  const known = knownHashKey(loaded);
  if (known !== undefined) return known;
  const path = join(config.data_dir, 'hash.key');
  makeDataFolder(config.data_dir);
  const key = randomBytes(32);
  writeNew(path, `${key.toString('hex')}\n`);
  return key;
}

/** A file for its owner alone that must not be there yet: whole, or not there either. */
export function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  } catch (error) {
    const refused = error as NodeJS.ErrnoException;
    if (refused.code === 'EEXIST') throw refused;
    rmSync(path, { force: true });
    // A write that was refused does not say of what.
    if (refused.path === undefined) refused.message += ` '${path}'`;
    throw refused;
  }
}

/** For verbs that keep nothing: the same key where there is one, else a random one that dies with the process. */
export const passingHashKey = (loaded: LoadedConfig): Buffer => knownHashKey(loaded) ?? randomBytes(32);

/** The key that there is already; undefined where the first start has yet to make one. */
export function knownHashKey({ config, secret }: LoadedConfig): Buffer | undefined {
  const given = secret(config.redaction.key_env);
  if (given !== undefined) {
    if (given.length < 16)
      throw new ConfigError(`${config.redaction.key_env}: a key of at least 16 characters is needed`);
    return Buffer.from(given, 'utf8');
  }
  const path = join(config.data_dir, 'hash.key');
  return existsSync(path) ? readKey(path) : undefined;
}

/** A file that was cut short, or never written to its end, must not pass for a key: hashes under it could be guessed. */
function readKey(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim();
  if (/^(?:[0-9a-f]{2}){16,}$/i.test(text)) return Buffer.from(text, 'hex');
  throw new ConfigError(
    `${path}: holds no key in hex: put the old one back, or remove the file for a new key (what was redacted before is then not known again)`,
  );
}
