import { ConfigError } from './errors.ts';

/** Reads each, though others cannot be read: whatever is wrong with any of them is a line of one ConfigError. */
export function readEach<T, R>(items: Iterable<T>, read: (item: T) => R): R[] {
  const lines: string[] = [];
  const found: R[] = [];
  for (const item of items)
    try {
      found.push(read(item));
    } catch (error) {
      lines.push(...linesOf(error));
    }
  if (lines.length > 0) throw new ConfigError(lines.join('\n'));
  return found;
}

type Reads = Readonly<Record<string, () => unknown>>;

/** The same of things of several kinds, each under its name. */
export const readAll = <R extends Reads>(reads: R): { [K in keyof R]: ReturnType<R[K]> } =>
  Object.fromEntries(readEach(Object.entries(reads), ([name, read]) => [name, read()])) as {
    [K in keyof R]: ReturnType<R[K]>;
  };

/** What a mistake says, a line each; all else is thrown on. */
export function linesOf(error: unknown): string[] {
  const { name, message } = error as Error;
  if (name !== 'ConfigError' && name !== 'RuleError') throw error;
  return message.split('\n');
}
