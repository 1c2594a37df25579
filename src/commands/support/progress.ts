/** A line that counts, rewritten in place on a terminal; elsewhere one line every ten seconds. */
export interface Progress {
  at(done: number): void;
  end(): void;
}

export function createProgress(noun: string, stream: NodeJS.WriteStream): Progress {
  const started = performance.now();
  const every = stream.isTTY ? 200 : 10_000;
  let shownAt = started;
  let shown = false;
  return {
    at(done) {
      const now = performance.now();
      if (now - shownAt < every) return;
      shownAt = now;
      shown = true;
      const rate = Math.round(done / ((now - started) / 1000)).toLocaleString('en');
      const line = `${done.toLocaleString('en')} ${noun}, ${rate}/s`;
      stream.write(stream.isTTY ? `\r\x1b[2K${line}` : `${line}\n`);
    },
    end() {
      if (shown && stream.isTTY) stream.write('\r\x1b[2K');
    },
  };
}
