/**
 * Which of the topics that are to be read are there. The client reads none of them where one is missing, and says of none
 * that it is: so who reads takes those that are there, and looks again whether they still are the same.
 */
export function createTopics(names: readonly string[], list: () => Promise<string[] | null>) {
  let taken: string[] = [];

  /** Null where the broker does not say it now. */
  async function present(): Promise<string[] | null> {
    const all = await list();
    return all && names.filter((name) => all.includes(name));
  }

  const missing = (): string | null => {
    const gone = names.filter((name) => !taken.includes(name));
    if (gone.length === 0) return null;
    const which = gone.length === 1 ? `topic ${gone[0]}` : `topics ${gone.join(', ')}`;
    return `the brokers know of no ${which}, or hide it from us`;
  };

  return {
    get taken(): readonly string[] {
      return taken;
    },
    /** What is not there of those that were asked for when they were taken, in words; null where all are. */
    missing,
    /** Those that are there; an error where none is. */
    async take(): Promise<string[]> {
      taken = (await present()) ?? [...names];
      if (taken.length === 0) throw new Error(missing()!);
      return taken;
    },
    /** One that was taken is gone, or one that was missing is there. */
    async haveChanged(): Promise<boolean> {
      const before = taken;
      const now = before.length === 0 ? null : await present();
      return now !== null && now.join() !== before.join();
    },
  };
}
