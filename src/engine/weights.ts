import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'log-odds of a call, weights >= 0, ridge drawn by attack families left out, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-24',
  signals: {
    'argument-novelty:new_entity': 0.59,
    'argument-novelty:new_entity+granted': 0.51,
    'argument-novelty:new_in_read': 0.1,
    'argument-novelty:new_in_read+granted': 0.1,
    'argument-novelty:new_value': 0.2,
    'argument-novelty:new_value+granted': 0,
    'out-of-scope': 0,
    'out-of-scope!': 0.48,
    'provenance:copied_look': 0.83,
    'provenance:copied_look+granted': 0.69,
    'provenance:copied_new': 0.61,
    'provenance:copied_new+granted': 0.52,
    'provenance:copied_unrelated': 1.3,
    'provenance:copied_unrelated+granted': 1.01,
    'provenance:unusual_flow': 0,
    'provenance:unusual_flow+granted': 0.04,
    'sequence:unlikely_act': 0.64,
    'sequence:unlikely_act+granted': 0.02,
    'sequence:unlikely_step': 0,
    'sequence:unlikely_step+granted': 0.19,
    'toxic-flow:read_then_act': 0.21,
    'toxic-flow:read_then_act+granted': 0.19,
    'toxic-flow:secret_then_act': 0.11,
    'toxic-flow:secret_then_act+granted': 0,
  },
  others: 0.1,
  reference: [
    0, 0, 0, 0.02, 0.11, 0.26, 0.39, 0.46, 0.57, 0.7, 0.8, 0.93, 1.13, 1.42, 1.58, 1.87, 2.13, 2.5, 2.79, 3.54, 6.03,
  ],
};
