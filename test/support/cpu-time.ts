/** Milliseconds of processor that some work took: of a clock on the wall, what else runs on the machine has its share. */
export function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
