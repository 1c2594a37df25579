import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'log-odds of a call, weights >= 0, ridge drawn by attack families left out, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-25',
  signals: {
    'argument-novelty': 0.58,
    provenance: 1.62,
    sequence: 0.79,
    'toxic-flow': 0.58,
    'out-of-scope': 0.56,
  },
  others: 0.1,
  reference: [
    0, 0, 0, 0.16, 0.35, 0.45, 0.59, 0.77, 0.93, 1.13, 1.33, 1.49, 1.7, 1.93, 2.11, 2.37, 2.69, 3.08, 3.4, 3.84, 7.54,
  ],
};
