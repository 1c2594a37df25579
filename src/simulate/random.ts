/** A seeded source of chance: the same seed, the same world. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number from 0 to n - 1. */
  below(n: number): number;
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An index, each as likely as its weight says. */
  weighted(weights: readonly number[]): number;
  normal(): number;
  /** Mean 1; the larger the shape, the closer to it. */
  gamma(shape: number): number;
  poisson(mean: number): number;
  /** A source of its own, that depends on the name and not on what was drawn before. */
  fork(name: string): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, seeded by hashing the seed's text. */
export function createRandom(seed: string): Random {
  let [a, b, c, d] = [hash(seed, 1), hash(seed, 2), hash(seed, 3), 1];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let n = 0; n < 12; n += 1) next();

  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

  /** Marsaglia and Tsang (2000); shapes below 1 by the power of a uniform. */
  const gamma = (shape: number): number => {
    if (shape < 1) return (gamma(shape + 1) * (shape + 1) * next() ** (1 / shape)) / shape;
    const base = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = (1 + x / Math.sqrt(9 * base)) ** 3;
      if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + base - base * v + base * Math.log(v)) return (base * v) / shape;
    }
  };

  /** Products of uniforms (Knuth), in parts of mean 30: sums of Poisson numbers are Poisson. */
  const poisson = (mean: number): number => {
    let count = 0;
    for (let left = mean; left > 0; left -= 30) {
      const limit = Math.exp(-Math.min(30, left));
      for (let product = next(); product > limit; product *= next()) count += 1;
    }
    return count;
  };

  return {
    next,
    below: (n) => Math.floor(next() * n),
    chance: (p) => next() < p,
    pick: (items) => items[Math.floor(next() * items.length)]!,
    weighted(weights) {
      let rest = next() * weights.reduce((sum, weight) => sum + weight, 0);
      const found = weights.findIndex((weight) => {
        rest -= weight;
        return rest < 0;
      });
      return found < 0 ? weights.length - 1 : found;
    },
    normal,
    gamma,
    poisson,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

/** FNV-1a over the seed's text, finished as in Murmur3. */
function hash(text: string, lane: number): number {
  let h = 0x811c9dc5 ^ Math.imul(lane, 0x9e3779b1);
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}

/** Drawn one after the other; the list itself stays as it is. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const out = [...items];
  for (let n = out.length - 1; n > 0; n -= 1) {
    const other = random.below(n + 1);
    [out[n], out[other]] = [out[other]!, out[n]!];
  }
  return out;
}
