/** A map from key to small numbers that keeps only the `limit` keys touched last: plain data, order of keys is order of use. */
export type Recent<Value> = Record<string, Value>;

/** The value under the key, moved to the young end; made by `fresh` where there was none. */
export function touch<Value>(map: Recent<Value>, key: string, limit: number, fresh: () => Value): Value {
  const known = Object.hasOwn(map, key) ? map[key] : undefined;
  const value = known === undefined ? fresh() : known;
  if (known !== undefined) delete map[key];
  put(map, key, value);
  if (known === undefined) trim(map, limit);
  return value;
}

/** Reads without touching. */
export const peek = <Value>(map: Recent<Value>, key: string): Value | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Defines rather than assigns: a key may be `__proto__`. */
function put<Value>(map: Recent<Value>, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}

/** Counting keys costs their number: it is done once in a while, and then the oldest eighth goes. */
function trim<Value>(map: Recent<Value>, limit: number): void {
  const keys = Object.keys(map);
  if (keys.length <= limit) return;
  for (const key of keys.slice(0, keys.length - limit + (limit >>> 3))) delete map[key];
}
