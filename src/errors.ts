/** A mistake of who configures or calls: one clear line, no stack, exit code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, a file is wanted',
  EACCES: 'may not be read by the user that runs this',
};

/** Why a file that was named cannot be read, in a line. */
export function unreadable(path: string, error: unknown): ConfigError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new ConfigError(`${path}: ${UNREADABLE[code] ?? `cannot be read (${code || message})`}`);
}

/** Something outside of this program refused or failed: one clear line, no stack, exit code 1. */
export class OperationError extends Error {
  override name = 'OperationError';
}

export const notUnderstood = (files: readonly string[]): OperationError =>
  new OperationError(
    `${files.map((file) => (file === '-' ? 'stdin' : file)).join(', ')}: not one record was understood (see \`overreach gateways\` for the formats)`,
  );

/** More waits already than may wait: to be tried again later, nothing of it was taken. HTTP says 429. */
export class BusyError extends Error {
  override name = 'BusyError';
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds = 1) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** An analyst's query that is wrong, no read, or beyond its limits. HTTP says 400. */
export class QueryError extends Error {
  override name = 'QueryError';
}
