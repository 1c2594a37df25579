import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'logistic regression, weights >= 0, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-24',
  signals: {
    'argument-novelty:new_entity': [0.132, 0],
    'argument-novelty:new_entity+granted': [0, 0],
    'argument-novelty:new_in_read': [0, 0],
    'argument-novelty:new_in_read+granted': [0, 0],
    'argument-novelty:new_value': [0, 1.413],
    'argument-novelty:new_value+granted': [0, 0.234],
    'out-of-scope': [0, 0],
    'out-of-scope!': [0.515, 0],
    'provenance:copied_look': [1.767, 0],
    'provenance:copied_look+granted': [1.649, 0],
    'provenance:copied_new': [0.251, 0.238],
    'provenance:copied_new+granted': [0.657, 0.605],
    'provenance:copied_unrelated': [1.397, 0.797],
    'provenance:copied_unrelated+granted': [1.377, 0.038],
    'provenance:unusual_flow': [0.045, 0.29],
    'provenance:unusual_flow+granted': [0.756, 0.922],
    'sequence:unlikely_act': [0.113, 0.783],
    'sequence:unlikely_act+granted': [0, 0.012],
    'sequence:unlikely_step': [0, 0.184],
    'sequence:unlikely_step+granted': [0.136, 0.133],
    'toxic-flow:read_then_act': [0.119, 0],
    'toxic-flow:read_then_act+granted': [0, 0],
    'toxic-flow:secret_then_act': [0.348, 0.236],
    'toxic-flow:secret_then_act+granted': [0, 0],
  },
  others: 0.1,
  reference: [
    0, 0, 0.063, 0.144, 0.227, 0.309, 0.41, 0.515, 0.639, 0.795, 1.068, 1.293, 1.433, 1.744, 1.981, 2.298, 2.592, 2.916,
    3.545, 4.285, 10.772,
  ],
};
