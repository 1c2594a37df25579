import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'logistic regression, weights >= 0, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-23',
  signals: {
    'argument-novelty:new_entity': [0.513, 0],
    'argument-novelty:new_entity+granted': [0, 0],
    'argument-novelty:new_in_read': [0, 0],
    'argument-novelty:new_in_read+granted': [0, 0],
    'argument-novelty:new_value': [0, 1.246],
    'argument-novelty:new_value+granted': [0, 0.189],
    'out-of-scope': [0, 0.007],
    'out-of-scope!': [0.491, 0],
    'provenance:copied_new': [0.138, 0],
    'provenance:copied_new+granted': [1.058, 0],
    'provenance:copied_unrelated': [0.373, 3.002],
    'provenance:copied_unrelated+granted': [1.27, 0],
    'provenance:unusual_flow': [0, 0.565],
    'provenance:unusual_flow+granted': [0.428, 0.798],
    'sequence:unlikely_act': [0.227, 0.55],
    'sequence:unlikely_act+granted': [0, 0.075],
    'sequence:unlikely_step': [0, 0.363],
    'sequence:unlikely_step+granted': [0, 0.43],
    'toxic-flow:read_then_act': [0.006, 0],
    'toxic-flow:read_then_act+granted': [0, 0],
    'toxic-flow:secret_then_act': [0.354, 0.096],
    'toxic-flow:secret_then_act+granted': [0, 0],
  },
  others: 0.1,
  reference: [
    0, 0, 0.022, 0.154, 0.255, 0.327, 0.406, 0.555, 0.697, 0.885, 1.072, 1.318, 1.567, 1.846, 2.058, 2.377, 2.65, 2.989,
    3.52, 4.404, 8.438,
  ],
};
