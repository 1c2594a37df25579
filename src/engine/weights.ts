import type { Weights } from './weighing.ts';

/** Learned by `npm run bench:detection -- --fit`; not edited by hand. */
export const LEARNED: Weights = {
  provenance:
    'logistic regression, weights >= 0, on 407 honest and 780 hijacked sessions of agentdyn-dev, with and without grants; 2026-11-23',
  signals: {
    'argument-novelty:new_entity': [0.529, 0],
    'argument-novelty:new_entity+granted': [0, 0],
    'argument-novelty:new_in_read': [0, 0],
    'argument-novelty:new_in_read+granted': [0, 0],
    'argument-novelty:new_value': [0.043, 0.92],
    'argument-novelty:new_value+granted': [0, 0.661],
    'out-of-scope': [0, 0],
    'out-of-scope!': [0.505, 0],
    'provenance:copied_new': [0.201, 0],
    'provenance:copied_new+granted': [1, 0],
    'provenance:copied_unrelated': [0.315, 3.201],
    'provenance:copied_unrelated+granted': [1.236, 0],
    'provenance:unusual_flow': [0, 0.53],
    'provenance:unusual_flow+granted': [0.451, 0.739],
    'sequence:unlikely_act': [0.195, 0.686],
    'sequence:unlikely_act+granted': [0, 0],
    'sequence:unlikely_step': [0, 0.387],
    'sequence:unlikely_step+granted': [0, 0.394],
    'toxic-flow:read_then_act': [0.008, 0],
    'toxic-flow:read_then_act+granted': [0, 0],
    'toxic-flow:secret_then_act': [0.344, 0.176],
    'toxic-flow:secret_then_act+granted': [0, 0],
  },
  others: 0.1,
  reference: [0, 0, 0, 0.157, 0.27, 0.326, 0.419, 0.555, 0.718, 0.911, 1.091, 1.362, 1.634, 1.854, 2.11, 2.298, 2.625, 2.964, 3.409, 4.363, 8.724],
};
