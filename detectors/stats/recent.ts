import { emptyTable } from './table.ts';

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

export const emptyRecent = <Value>(): Recent<Value> => ({ young: emptyTable(), old: emptyTable(), n: 0 });

/** The value under the key, used just now; made by `fresh` where there was none. */
export function touch<Value>(map: Recent<Value>, key: string, limit: number, fresh: () => Value): Value {
  const young = own(map.young, key);
  if (young !== undefined) return young;
  const old = own(map.old, key);
  const value = old ?? fresh();
  // In one generation only: a value in both would be one thing here and two after a JSON round trip.
  if (old !== undefined) delete map.old[key];
  enter(map, key, limit, value);
  return value;
}

/** Of a set: whether the key was in it; now it is, as used just now. */
export function use(set: Recent<0>, key: string, limit: number): boolean {
  if (own(set.young, key) !== undefined) return true;
  const old = own(set.old, key) !== undefined;
  if (old) delete set.old[key];
  enter(set, key, limit, 0);
  return old;
}

/** Puts in a key that is known not to be there. */
export function enter<Value>(map: Recent<Value>, key: string, limit: number, value: Value): void {
  if (map.n >= limit >> 1) {
    map.old = map.young;
    map.young = emptyTable();
    map.n = 0;
  }
  put(map.young, key, value);
  map.n += 1;
}

/** Reads without use. */
export function peek<Value>({ young, old }: Recent<Value>, key: string): Value | undefined {
  return own(young, key) ?? own(old, key);
}

/**
 * The object's own value, at the price of one look-up: what a plain object inherits is `__proto__` and functions, and
 * plain data has neither as a value.
 */
function own<Value>(map: Record<string, Value>, key: string): Value | undefined {
  const value = map[key];
  return typeof value === 'function' || value === Object.prototype ? undefined : value;
}

/** Takes the key out, with its value. */
export function take<Value>(map: Recent<Value>, key: string): Value | undefined {
  const young = own(map.young, key);
  const value = young ?? own(map.old, key);
  if (young !== undefined) map.n -= 1;
  delete map.young[key];
  delete map.old[key];
  return value;
}

/** Keys and values, youngest generation first, each key once. */
export function entries<Value>({ young, old }: Recent<Value>): [string, Value][] {
  const all = Object.entries(young);
  for (const key in old) if (own(young, key) === undefined) all.push([key, old[key]!]);
  return all;
}

/** The first `most` of them: what is asked for little of a large map does not pay for all. */
export function youngest<Value>({ young, old }: Recent<Value>, most: number): [string, Value][] {
  const some: [string, Value][] = [];
  for (const generation of [young, old])
    for (const key in generation) {
      if (some.length >= most) return some;
      some.push([key, generation[key]!]);
    }
  return some;
}

/** Defines rather than assigns where a key is `__proto__`. */
function put<Value>(map: Record<string, Value>, key: string, value: Value): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}
