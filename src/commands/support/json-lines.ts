import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { unseenInJson } from '../../unseen.ts';
import { unwritable } from './writable.ts';

/** A value as a line of JSON, in which what a stranger wrote gives no orders to a terminal. */
export const jsonLine = (value: unknown): string => `${unseenInJson(JSON.stringify(value))}\n`;

/** JSON lines to a file or to stdout, no faster than they are read. */
interface Lines {
  write(value: unknown): void;
  /** Waits while the reader is behind. */
  ready(): Promise<void>;
  end(): Promise<void>;
  /** The reader went away (`| head`): no failure, and no use to go on. */
  readonly gone: boolean;
}

export function createLines(target: string | NodeJS.WriteStream): Lines {
  const stream = typeof target === 'string' ? createWriteStream(target) : target;
  let gone = false;
  let failure: Error | undefined;
  let full = false;
  let wake = (): void => {};
  stream.on('drain', () => {
    full = false;
    wake();
  });
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') gone = true;
    else failure = unwritable(typeof target === 'string' ? target : 'stdout', error);
    wake();
  });
  return {
    write(value) {
      if (!gone && failure === undefined) full = !stream.write(jsonLine(value));
    },
    async ready() {
      if (full && !gone && failure === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (failure !== undefined) throw failure;
    },
    async end() {
      if (failure !== undefined) throw failure;
      if (typeof target !== 'string' || gone) return;
      stream.end();
      await once(stream, 'finish').catch((error: unknown) => {
        throw failure ?? error;
      });
    },
    get gone() {
      return gone;
    },
  };
}
