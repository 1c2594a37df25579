import { peek, type Recent, touch } from '../stats/recent.ts';
import { isStrange, type Novelty, PLAIN } from './novelty.ts';

/** A value that an argument of this session named. */
export interface Named {
  /** A call that changes something named it. */
  acted: boolean;
  /** A stranger named it first: what takes it up goes on with nothing. */
  strange?: true;
}

const NAMED = 256;

/** A page and an address on it share their domain by themselves: that the page was read relates nothing. */
export const isUnrelated = (names: Recent<Named>, values: readonly Novelty[]): boolean =>
  !values.some(({ fact: { kind, hash } }) => {
    const named = PLAIN.has(kind) ? undefined : peek(names, hash);
    return named !== undefined && named.strange !== true && (named.acted || kind !== 'domain');
  });

export function nameAll(names: Recent<Named>, values: Novelty[], privileged: boolean): void {
  for (const value of values) {
    if (PLAIN.has(value.fact.kind)) continue;
    const named = touch(names, value.fact.hash, NAMED, isStrange(value) ? byStranger : byAgent);
    if (privileged) named.acted = true;
  }
}

const byAgent = (): Named => ({ acted: false });
const byStranger = (): Named => ({ acted: false, strange: true });
