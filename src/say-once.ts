/** Work that is done again and again: what fails is said once, until it works again. */
export function createSayOnce(say: (what: string, error: Error) => void) {
  const failing = new Set<string>();
  return async function attempt(what: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
      failing.delete(what);
    } catch (error) {
      if (failing.has(what)) return;
      failing.add(what);
      say(what, error as Error);
    }
  };
}
