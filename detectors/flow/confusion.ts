import type { Seen } from '../detector.ts';

/** The principal of a chain whose grants do not cover the call, and why; '' where all do. */
export interface Confusion {
  confused: string;
  why: string;
  grantId: string;
}

export const CLEAR: Confusion = { confused: '', why: '', grantId: '' };

/** Who of the chain was not granted the call, and why: what scope says of it, in parts. */
export function confusion({ scopeWhy, grantId }: Seen, chain: readonly string[]): Confusion {
  const of = (sub: string): string => `delegated by ${sub}, for whom: `;
  const sub = chain.find((name) => scopeWhy.startsWith(of(name)));
  return sub === undefined ? CLEAR : { confused: sub, why: scopeWhy.slice(of(sub).length), grantId };
}
