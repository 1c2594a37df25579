/**
 * Whether a value was met before, in bounded memory: two Bloom filters (Bloom 1970) of which the older is dropped when
 * the younger is full, so that what was met lately is always known and what was met long ago is forgotten.
 * 2 x 1,024 words of 32 bits (8 KiB; at most 24 KB as JSON). Of the last 2,400 different values none is missed; a value
 * never met is taken for known in at most 1.2 % of cases. The first 64 values are listed by their two hashes instead,
 * exactly and in 16 bytes each: most agents never know more.
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
/** Numbers of a list: two a value. A filter is longer, and so is told from it. */
const LISTED = 128;

export const emptyAgeingSet = (): AgeingSet => ({ young: [], old: [], count: 0 });

/** `lead` stands before the key, as if both were one text. */
export function has(set: AgeingSet, key: string, lead = ''): boolean {
  if (set.young.length === 0 && set.old.length === 0) return false;
  const [a, b] = lanes(key, lead);
  return within(set.young, a, b) || within(set.old, a, b);
}

/** Puts a key in; one met only long ago becomes young again. Answers whether it was there. */
export function meet(set: AgeingSet, key: string, lead = ''): boolean {
  const [a, b] = lanes(key, lead);
  if (within(set.young, a, b)) return true;
  const old = within(set.old, a, b);
  if (set.count >= CAPACITY) {
    set.old = set.young;
    set.young = [];
    set.count = 0;
  }
  if (set.young.length < LISTED) set.young.push(a, b);
  else {
    if (set.young.length === LISTED) set.young = filterOf(set.young);
    mark(set.young, a, b);
  }
  set.count += 1;
  return old;
}

function filterOf(list: readonly number[]): number[] {
  const words = new Array<number>(WORDS).fill(0);
  for (let i = 0; i < list.length; i += 2) mark(words, list[i]!, list[i + 1]!);
  return words;
}

function mark(words: number[], a: number, b: number): void {
  for (let i = 0; i < PROBES; i += 1) {
    const at = ((a + Math.imul(i, b)) >>> 0) % BITS;
    words[at >>> 5]! |= 1 << (at & 31);
  }
}

function within(words: readonly number[], a: number, b: number): boolean {
  if (words.length === 0) return false;
  if (words.length <= LISTED) {
    for (let i = 0; i < words.length; i += 2) if (words[i] === a && words[i + 1] === b) return true;
    return false;
  }
  for (let i = 0; i < PROBES; i += 1) {
    const at = ((a + Math.imul(i, b)) >>> 0) % BITS;
    if ((words[at >>> 5]! & (1 << (at & 31))) === 0) return false;
  }
  return true;
}

/** Two independent hashes, of which all probes are made (Kirsch and Mitzenmacher, 2006). */
function lanes(key: string, lead: string): [number, number] {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = -lead.length; i < key.length; i += 1) {
    const code = i < 0 ? lead.charCodeAt(i + lead.length) : key.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b ^= b >>> 13;
  }
  return [Math.imul(a ^ (a >>> 16), 0x85ebca6b) >>> 0, (Math.imul(b ^ (b >>> 15), 0xc2b2ae35) >>> 0) | 1];
}
