import { argumentNovelty } from './argument-novelty.ts';
import type { Detector } from './detector.ts';
import { provenance } from './provenance.ts';
import { sequence } from './sequence.ts';
import { toxicFlow } from './toxic-flow.ts';

/**
 * Every detector there is, in the order in which they see an event: what a later one reads of an earlier one's
 * observation (`seen.earlier`) makes the order count. A test holds this list against the folder.
 */
export const detectors: readonly Detector[] = [argumentNovelty, provenance, sequence, toxicFlow];
