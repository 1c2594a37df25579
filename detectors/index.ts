import type { Detector } from './detector.ts';

/**
 * Every detector there is, in the order in which they see an event: what a later one reads of an earlier one's
 * observation (`seen.earlier`) makes the order count. A test holds this list against the folder.
 */
export const detectors: readonly Detector[] = [];
