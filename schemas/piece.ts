import type { Effect, IdBasis, OutcomeStatus, Phase } from './event.ts';

/** What one piece of a call tells, as far as the pieces that follow are judged by it. */
export interface PieceTold {
  phase: Phase;
  basis: IdBasis;
  status: OutcomeStatus;
  effect: Effect | '';
  /** Something of the arguments is known, or that there were none. */
  asks: boolean;
  /** Something of the result is known, or its size. */
  brings: boolean;
}
