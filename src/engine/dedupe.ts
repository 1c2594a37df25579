/**
 * Memory of the event keys met in the last `window` offsets of a partition. Two 32-bit halves of the key and 32 bits of
 * its content in typed arrays, open addressing: about 30 bytes an event. What it holds is a function of (offset, key,
 * content) alone, so that it can be filled again from stored rows.
 */
export interface Dedupe {
  /**
   * `new` the first time; `same` where key and content were met; `conflict` where the key was met with other content.
   * `told`: in its two low bits the phase of the call; a later phase of a known key answers `later`. In the four bits
   * above, what else this piece tells: remembered with what the pieces before it told.
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
  const TOMB = 255;
  const queue: { offset: number; high: number; low: number }[] = [];
  let head = 0;

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
    while (head < queue.length && queue[head]!.offset < before) {
      const { high: h, low: l } = queue[head]!;
      const slot = find(h, l);
      if (slot >= 0) {
        marks[slot] = TOMB;
        size -= 1;
      }
      head += 1;
    }
    if (head > 4096 && head * 2 > queue.length) {
      queue.splice(0, head);
      head = 0;
    }
  };

  return {
    meet(offset, key, content, told) {
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
      queue.push({ offset, high: h, low: l });
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
      for (const { offset, high: h, low: l } of queue.slice(head)) yield { offset, key: hex(h) + hex(l) };
    },
  };
}
