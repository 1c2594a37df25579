import { z } from 'zod';
import type { Detector } from '../../detectors/detector.ts';

type Blank =
  | 'version'
  | 'title'
  | 'description'
  | 'falsePositives'
  | 'blindSpots'
  | 'references'
  | 'tags'
  | 'config'
  | 'defaults';

/** What a detector of a test must have, and nothing asks for there. It is warm from its first call on. */
export const BLANK: Pick<Detector, Blank> = {
  version: 1,
  title: 'Blank',
  description: 'Made for a test.',
  falsePositives: [],
  blindSpots: [],
  references: [],
  tags: { owasp_asi: [], mitre_atlas: [], maestro: [], nist_ai_rmf: [] },
  config: z.unknown(),
  defaults: { warmUp: { count: 0, days: 0 }, threshold: 3, severity: 'medium', cooldownMs: 86_400_000 },
};
