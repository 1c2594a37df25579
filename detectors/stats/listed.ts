import { entries, type Recent } from './recent.ts';

/**
 * Keys and values as `entries` gives them, made anew when a key came or went: an event looks through what events seldom
 * change. The memory is no state. For values that are never replaced by others.
 */
export function listed<Value>(map: Recent<Value>): readonly (readonly [string, Value])[] {
  const before = known.get(map);
  if (before?.young === map.young && before.n === map.n) return before.list as [string, Value][];
  const list = entries(map);
  known.set(map, { young: map.young, n: map.n, list });
  return list;
}

const known = new WeakMap<object, { young: unknown; n: number; list: [string, unknown][] }>();
