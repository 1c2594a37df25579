/** Longest path that is told; every fact repeats its own, and names are whatever a caller made up. */
export const MAX_PATH = 256;

/** `options.path`: a field of an object at a path, cut where it is longer. */
export function fieldIn(path: string, key: string): string {
  const whole = path === '' ? key : `${path}.${key}`;
  return whole.length > MAX_PATH ? whole.slice(0, MAX_PATH) : whole;
}
