/**
 * Whether a value was met before, in bounded memory: two Bloom filters (Bloom 1970) of which the older is dropped when
 * the younger is full, so that what was met lately is always known and what was met long ago is forgotten.
 * 2 x 1,024 words of 32 bits (8 KiB; at most 24 KB as JSON). Of the last 2,400 different values none is missed; a value
 * never met is taken for known in at most 1.2 % of cases.
 */
export interface AgeingSet {
  young: number[];
  old: number[];
  /** Values put into `young`. */
  count: number;
}

const WORDS = 1024;
const BITS = WORDS * 32;
/** 13 bits a value and 5 probes: (1 - e^(-5/13.65))^5 = .3 % for one filter when full. */
const PROBES = 5;
const CAPACITY = 2400;

export const emptyAgeingSet = (): AgeingSet => ({ young: [], old: [], count: 0 });

export function has(set: AgeingSet, key: string): boolean {
  return within(set.young, key) || within(set.old, key);
}

/** Puts a key in; one met only long ago becomes young again. Returns the set's size in effect: values put in lately. */
export function add(set: AgeingSet, key: string): void {
  if (within(set.young, key)) return;
  if (set.count >= CAPACITY) {
    set.old = set.young;
    set.young = [];
    set.count = 0;
  }
  // Empty filters are empty lists: an agent that does little costs little.
  if (set.young.length === 0) set.young = new Array<number>(WORDS).fill(0);
  const [a, b] = lanes(key);
  for (let i = 0; i < PROBES; i += 1) {
    const bit = (a + Math.imul(i, b)) >>> 0;
    const at = bit % BITS;
    set.young[at >>> 5]! |= 1 << (at & 31);
  }
  set.count += 1;
}

function within(words: number[], key: string): boolean {
  if (words.length === 0) return false;
  const [a, b] = lanes(key);
  for (let i = 0; i < PROBES; i += 1) {
    const at = ((a + Math.imul(i, b)) >>> 0) % BITS;
    if ((words[at >>> 5]! & (1 << (at & 31))) === 0) return false;
  }
  return true;
}

/** Two independent hashes, of which all probes are made (Kirsch and Mitzenmacher, 2006). */
function lanes(key: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < key.length; i += 1) {
    const code = key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [Math.imul(a ^ (a >>> 16), 0x85ebca6b) >>> 0, (Math.imul(b ^ (b >>> 15), 0xc2b2ae35) >>> 0) | 1];
}
