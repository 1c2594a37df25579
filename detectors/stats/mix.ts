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
  return base36((finish(b) & 0xfffff) * 0x1_0000_0000 + finish(a));
}

const FIVE_DIGITS = 36 ** 5;

/** `toString(36)` of numbers beyond 31 bits divides floating-point numbers digit by digit, and takes ten times as long. */
function base36(n: number): string {
  const high = Math.floor(n / FIVE_DIGITS);
  const low = n - high * FIVE_DIGITS;
  return high === 0 ? low.toString(36) : high.toString(36) + low.toString(36).padStart(5, '0');
}

function finish(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
