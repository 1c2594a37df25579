import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'logistic regression, weights >= 0, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-23',
  signals: {
    'argument-novelty:new_entity': [0.429, 0],
    'argument-novelty:new_entity+granted': [0, 0],
    'argument-novelty:new_in_read': [0, 0],
    'argument-novelty:new_in_read+granted': [0, 0],
    'argument-novelty:new_value': [0, 1.317],
    'argument-novelty:new_value+granted': [0, 0.347],
    'out-of-scope': [0, 0.006],
    'out-of-scope!': [0.488, 0],
    'provenance:copied_new': [0.201, 0],
    'provenance:copied_new+granted': [1.05, 0],
    'provenance:copied_unrelated': [0.329, 3.105],
    'provenance:copied_unrelated+granted': [1.264, 0],
    'provenance:unusual_flow': [0, 0.554],
    'provenance:unusual_flow+granted': [0.416, 0.779],
    'sequence:unlikely_act': [0.198, 0.595],
    'sequence:unlikely_act+granted': [0, 0.054],
    'sequence:unlikely_step': [0, 0.365],
    'sequence:unlikely_step+granted': [0, 0.425],
    'toxic-flow:read_then_act': [0.009, 0],
    'toxic-flow:read_then_act+granted': [0, 0],
    'toxic-flow:secret_then_act': [0.357, 0.113],
    'toxic-flow:secret_then_act+granted': [0, 0],
  },
  others: 0.1,
  reference: [
    0, 0, 0.016, 0.152, 0.257, 0.33, 0.401, 0.558, 0.7, 0.897, 1.081, 1.33, 1.607, 1.808, 2.052, 2.354, 2.616, 2.962,
    3.507, 4.31, 8.545,
  ],
};
