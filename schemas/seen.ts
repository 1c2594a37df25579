import { z } from 'zod';

const count = z.number().int().nonnegative();

/** A gateway as it is heard: what it cannot say, and how far its clock is off. */
export const seenSource = z.object({
  gateway: z.string().describe('Its kind.'),
  instance: z.string(),
  events: count.describe('Since this process started; where none runs, those of the last seven days that are stored.'),
  last_received: z.string().optional(),
  skew: z
    .object({
      median_ms: z.number().describe('How far events are stamped after their receipt; below 0: before.'),
      worst_ms: z.number(),
      beyond_10_minutes: count.describe('Events whose receipt was believed instead.'),
    })
    .optional()
    .describe('Over the last 64 events; the third over all.'),
  blind: z.array(z.string()).describe('Detectors that see nothing of it.'),
  dim: z.array(z.object({ detector: z.string(), without: z.array(z.string()) })).describe('Detectors that see less.'),
});
export type SeenSource = z.infer<typeof seenSource>;
