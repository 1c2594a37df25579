interface Tap {
  buf: Uint8Array;
  pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string;
}

interface Items {
  _read(tap: Tap): unknown;
}

/**
 * Avro writes the number of items before them, and avsc believes it: ten bytes that tell of 2^45 items keep it busy for
 * weeks. Here no list or map has more of them than bytes that are left, and none whose items take no bytes.
 */
export function boundAvro(types: { ArrayType: { prototype: unknown }; MapType: { prototype: unknown } }): void {
  const array = types.ArrayType.prototype as { itemsType: Items } & Items;
  array._read = function (tap) {
    const out: unknown[] = [];
    readBlocks(tap, () => out.push(this.itemsType._read(tap)));
    return out;
  };
  const map = types.MapType.prototype as { valuesType: Items } & Items;
  map._read = function (tap) {
    const out: [string, unknown][] = [];
    readBlocks(tap, () => out.push([tap.readString(), this.valuesType._read(tap)]));
    return Object.fromEntries(out);
  };
}

function readBlocks(tap: Tap, readItem: () => void): void {
  for (let left = blockSize(tap); left !== 0; left = blockSize(tap)) {
    const from = tap.pos;
    for (let item = 0; item < left; item++) readItem();
    if (tap.pos - from < left) throw new Error('items of no size');
  }
}

/** A count below zero is followed by the size in bytes of its block. */
function blockSize(tap: Tap): number {
  const count = tap.readLong();
  if (count < 0) tap.skipLong();
  const items = Math.abs(count);
  if (!(items <= tap.buf.length - tap.pos)) throw new Error('more items than bytes');
  return items;
}
