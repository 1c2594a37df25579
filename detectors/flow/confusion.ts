import type { Seen } from '../detector.ts';

/** The principal of a chain whose grants do not cover the call, and why; '' where all do. */
interface Confusion {
  confused: string;
  why: string;
  /** Of their grants the one that comes nearest; '' where there is none, or one forbids it. */
  grantId: string;
  /** They have no grant at its server at all, and the agent itself was granted the call: they have a specialist do it. */
  specialist: boolean;
}

const CLEAR: Confusion = { confused: '', why: '', grantId: '', specialist: false };

/** Who of the chain was not granted the call, and why. */
export const confusion = ({ scope, via, scopeWhy, outside, grantId }: Seen): Confusion =>
  scope === 'out' && via !== ''
    ? { confused: via, why: scopeWhy, grantId: outside === 'denied' ? '' : grantId, specialist: outside === 'server' }
    : CLEAR;
