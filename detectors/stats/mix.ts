/**
 * One short key for a tuple of strings: 52 bits in base 36, told apart by position and length.
 * FNV-1a in two 32-bit lanes with Murmur3's finaliser (Appleby, 2011). Not secret: what goes in is hashed with a key already.
 */
export function mix(...parts: readonly string[]): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) {
      const code = part.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x85ebca6b);
      b ^= b >>> 13;
    }
    a = Math.imul(a ^ (part.length + 0x100), 0x01000193);
    b = Math.imul(b ^ (part.length + 0x100), 0xc2b2ae35);
  }
  return ((finish(b) & 0xfffff) * 0x1_0000_0000 + finish(a)).toString(36);
}

function finish(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
