/**
 * Memory of the event keys met in the last `window` offsets of a partition. Two 32-bit halves of the key and 32 bits of
 * its content in typed arrays, open addressing: about 90 bytes an event (measured). What it holds is a function of (offset, key,
 * content) alone, so that it can be filled again from stored rows. Offsets rise; where one falls, another log of the same
 * name begins at it, and what was met in the one before lies before that.
 */
interface Dedupe {
  /**
   * `new` the first time; `same` where key and content were met; `conflict` where the key was met with other content.
   * `told`: in its two low bits the phase of the call; a later phase of a known key answers `later`. In the bits
   * above (of 7 in all), what else this piece tells: remembered with what the pieces before it told.
   */
  meet(offset: number, key: string, content: string, told: number): 'new' | 'same' | 'later' | 'conflict';
  /** What was told of the key before the last `later`. */
  readonly before: number;
  readonly size: number;
  /** What it holds, in order of offset: the first 16 hex digits of each key. */
  keys(): Generator<{ offset: number; key: string }>;
}

const PHASE = 3;

export function createDedupe(window: number): Dedupe {
  let capacity = 1024;
  let high = new Uint32Array(capacity);
  let low = new Uint32Array(capacity);
  let contents = new Uint32Array(capacity);
  // 0 free, 1 + what was told taken, TOMB deleted.
  let marks = new Uint8Array(capacity);
  let used = 0;
  let size = 0;
  let before = 0;
  let newest = Number.NEGATIVE_INFINITY;
  const TOMB = 255;
  const queue = createQueue();

  const find = (h: number, l: number): number => {
    let slot = (h ^ l) & (capacity - 1);
    let free = -1;
    for (;;) {
      const mark = marks[slot]!;
      if (mark === 0) return free >= 0 ? ~free : ~slot;
      if (mark === TOMB) {
        if (free < 0) free = slot;
      } else if (high[slot] === h && low[slot] === l) return slot;
      slot = (slot + 1) & (capacity - 1);
    }
  };

  const put = (slot: number, h: number, l: number, content: number, mark: number): void => {
    if (marks[slot] === 0) used += 1;
    high[slot] = h;
    low[slot] = l;
    contents[slot] = content;
    marks[slot] = mark;
    size += 1;
  };

  const rehash = (): void => {
    const old = { capacity, high, low, contents, marks };
    while (capacity < size * 4) capacity *= 2;
    high = new Uint32Array(capacity);
    low = new Uint32Array(capacity);
    contents = new Uint32Array(capacity);
    marks = new Uint8Array(capacity);
    used = 0;
    size = 0;
    for (let slot = 0; slot < old.capacity; slot += 1) {
      const mark = old.marks[slot]!;
      if (mark === 0 || mark === TOMB) continue;
      const h = old.high[slot]!;
      const l = old.low[slot]!;
      put(~find(h, l), h, l, old.contents[slot]!, mark);
    }
  };

  const forget = (before: number): void => {
    while (queue.length > 0 && queue.offset() < before) {
      const slot = find(queue.high(), queue.low());
      if (slot >= 0) {
        marks[slot] = TOMB;
        size -= 1;
      }
      queue.drop();
    }
  };

  return {
    meet(offset, key, content, told) {
      if (offset < newest) queue.shift(newest + 1 - offset);
      newest = offset;
      forget(offset - window);
      const h = Number.parseInt(key.slice(0, 8), 16) >>> 0;
      const l = Number.parseInt(key.slice(8, 16), 16) >>> 0;
      const c = Number.parseInt(content.slice(0, 8), 16) >>> 0;
      const slot = find(h, l);
      if (slot >= 0) {
        const known = marks[slot]! - 1;
        const step = (told & PHASE) - (known & PHASE);
        if (step > 0) {
          before = known;
          marks[slot] = 1 + (told | (known & ~PHASE));
          contents[slot] = c;
          return 'later';
        }
        // An earlier piece that comes late says nothing new.
        return step < 0 || contents[slot] === c ? 'same' : 'conflict';
      }
      put(~slot, h, l, c, told + 1);
      queue.push(offset, h, l);
      if (used * 2 > capacity) rehash();
      return 'new';
    },
    get before() {
      return before;
    },
    get size() {
      return size;
    },
    *keys() {
      const hex = (half: number): string => half.toString(16).padStart(8, '0');
      for (let at = 0; at < queue.length; at += 1)
        yield { offset: queue.offset(at), key: hex(queue.high(at)) + hex(queue.low(at)) };
    },
  };
}

/** Keys in order of their coming, in rings of numbers: 16 bytes each, where objects would take a hundred. */
function createQueue() {
  let offsets = new Float64Array(1024);
  let highs = new Uint32Array(1024);
  let lows = new Uint32Array(1024);
  let first = 0;
  let length = 0;

  const place = (at: number): number => (first + at) & (offsets.length - 1);

  function grow(): void {
    const old = { offsets, highs, lows, from: first };
    const room = offsets.length * 2;
    offsets = new Float64Array(room);
    highs = new Uint32Array(room);
    lows = new Uint32Array(room);
    for (let at = 0; at < length; at += 1) {
      const was = (old.from + at) & (old.offsets.length - 1);
      offsets[at] = old.offsets[was]!;
      highs[at] = old.highs[was]!;
      lows[at] = old.lows[was]!;
    }
    first = 0;
  }

  return {
    get length() {
      return length;
    },
    push(offset: number, high: number, low: number): void {
      if (length === offsets.length) grow();
      const at = place(length);
      offsets[at] = offset;
      highs[at] = high;
      lows[at] = low;
      length += 1;
    },
    /** All offsets fall by so much. */
    shift(by: number): void {
      for (let at = 0; at < length; at += 1) offsets[place(at)]! -= by;
    },
    /** The oldest goes. */
    drop(): void {
      first = place(1);
      length -= 1;
    },
    offset: (at = 0): number => offsets[place(at)]!,
    high: (at = 0): number => highs[place(at)]!,
    low: (at = 0): number => lows[place(at)]!,
  };
}
