/**
 * A map that keeps the keys used last: between half of its limit and all of it. Two generations, of which the older is
 * dropped when the younger holds half of the limit; a key met in the older is taken over into the younger. Every step
 * costs the same however many keys there are. Plain data.
 */
export interface Recent<Value> {
  young: Record<string, Value>;
  old: Record<string, Value>;
  /** Keys in `young`. */
  n: number;
}

export const emptyRecent = <Value>(): Recent<Value> => ({ young: {}, old: {}, n: 0 });

/** The value under the key, used just now; made by `fresh` where there was none. */
export function touch<Value>(map: Recent<Value>, key: string, limit: number, fresh: () => Value): Value {
  if (Object.hasOwn(map.young, key)) return map.young[key]!;
  const met = Object.hasOwn(map.old, key);
  const value = met ? map.old[key]! : fresh();
  // In one generation only: a value in both would be one thing here and two after a JSON round trip.
  if (met) delete map.old[key];
  if (map.n >= limit >> 1) {
    map.old = map.young;
    map.young = {};
    map.n = 0;
  }
  put(map.young, key, value);
  map.n += 1;
  return value;
}

/** Reads without use. */
export function peek<Value>({ young, old }: Recent<Value>, key: string): Value | undefined {
  if (Object.hasOwn(young, key)) return young[key];
  return Object.hasOwn(old, key) ? old[key] : undefined;
}

/** Keys and values, youngest generation first, each key once. */
export function entries<Value>({ young, old }: Recent<Value>): [string, Value][] {
  return [...Object.entries(young), ...Object.entries(old).filter(([key]) => !Object.hasOwn(young, key))];
}

/** Defines rather than assigns where a key is `__proto__`. */
function put<Value>(map: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}
