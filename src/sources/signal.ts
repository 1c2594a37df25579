/** Something that happens once: a promise that can be given from outside. */
export function signal<T = void>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return {
    promise,
    given: false,
    give(value: T) {
      this.given = true;
      resolve(value);
    },
  };
}

/** Waits, and keeps no process alive. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
