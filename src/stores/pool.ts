import { OperationError } from '../errors.ts';

/** Something that can be lent: a connection. */
interface Lendable {
  close(): Promise<void>;
}

/** Connections that are lent out one statement at a time, opened when all are busy, up to a bound. */
export function createPool<T extends Lendable>(max: number, open: () => Promise<T>) {
  const idle: T[] = [];
  const waiting: ((lent: T | Promise<T>) => void)[] = [];
  let opened = 0;
  let running = 0;
  let closed: (() => void) | null = null;

  /** Something is under way, until what comes back is called: the engine must not be closed beneath it. */
  function begin(): () => void {
    if (closed !== null) throw new OperationError('the store is closed');
    running += 1;
    return end;
  }

  function end(): void {
    running -= 1;
    if (running === 0) closed?.();
  }

  async function lend(): Promise<T> {
    const lent = idle.pop();
    if (lent !== undefined) return lent;
    if (opened >= max) return await new Promise((resolve) => waiting.push(resolve));
    opened += 1;
    try {
      return await open();
    } catch (error) {
      opened -= 1;
      serve();
      throw error;
    }
  }

  /** One is fewer than may be open: who waits longest is lent another, or told why not. */
  function serve(): void {
    waiting.shift()?.(lend());
  }

  async function take(): Promise<T> {
    begin();
    try {
      return await lend();
    } catch (error) {
      end();
      throw error;
    }
  }

  function put(lent: T): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(lent);
    else next(lent);
    end();
  }

  /** After an error the engine may answer the next statement on the same connection with what was left of this one. */
  async function drop(lent: T): Promise<void> {
    opened -= 1;
    try {
      await lent.close();
    } finally {
      serve();
      end();
    }
  }

  return {
    begin,
    take,
    put,
    drop,
    async use<Result>(work: (lent: T) => Promise<Result>): Promise<Result> {
      const lent = await take();
      try {
        const result = await work(lent);
        put(lent);
        return result;
      } catch (error) {
        await drop(lent);
        throw error;
      }
    },
    /** Waits for what is under way. */
    async close(): Promise<void> {
      if (closed !== null) return;
      await new Promise<void>((resolve) => {
        closed = resolve;
        if (running === 0) resolve();
      });
      await Promise.all(idle.splice(0).map((lent) => lent.close()));
    },
  };
}
