import type { PeerView } from '../detector.ts';

const MOST = 20_000;

/**
 * Remembers what was made of a published prior, by key: a prior is asked the same by every event of its day. The memory
 * goes with the view; it is no state, and full of 20,000 keys it begins anew.
 */
export function perView<Value>(make: (view: PeerView, key: string) => Value): (view: PeerView, key: string) => Value {
  const known = new WeakMap<PeerView, Map<string, Value>>();
  return (view, key) => {
    let made = known.get(view);
    if (made === undefined) {
      made = new Map();
      known.set(view, made);
    }
    let value = made.get(key);
    if (value === undefined) {
      value = make(view, key);
      if (made.size >= MOST) made.clear();
      made.set(key, value);
    }
    return value;
  };
}
