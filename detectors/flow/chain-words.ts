import type { PrivilegeClass } from '../../schemas/alert.ts';

/** What may be wrong with on whose behalf a call is made, and through whom. */
export type ChainReason = 'confused_deputy' | 'shared_broker' | 'new_principal' | 'deep_chain';

interface Chain {
  tool: string;
  class: PrivilegeClass;
  principal: string;
  depth: number;
  broker: string;
  /** Agents behind the broker. */
  shared: number;
  /** The principal that was not granted the call, and why. */
  confused: string;
  why: string;
}

const WORDS: Record<ChainReason, (chain: Chain) => string> = {
  confused_deputy: ({ tool, class: name, confused, why }) =>
    `called ${tool} (class ${name}) for ${confused}, who was never granted it: ${why}`,
  shared_broker: ({ tool, principal, broker, shared }) =>
    `${tool} for ${principal} through ${broker}, which ${shared} agents share`,
  deep_chain: ({ tool, principal, depth }) => `${tool} for ${principal} over ${depth} hands`,
  new_principal: ({ tool, principal }) => `${tool} for ${principal}, for whom it never acted`,
};

export const saidOfChain = (reason: ChainReason, chain: Chain): string => WORDS[reason](chain);
