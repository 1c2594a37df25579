import { z } from 'zod';

/** When Overreach alerts about itself and what feeds it. */
export const operationalSchema = z
  .object({
    silent_factor: z
      .number()
      .min(1)
      .default(3)
      .describe('A gateway is silent from so many times its longest usual gap at that hour of the week on.'),
    silent_minutes: z.number().positive().default(10).describe('And never before so many minutes.'),
    learn_hours: z.number().positive().default(24).describe('A gateway known for less than this is not judged.'),
    lag_records: z.number().positive().default(100_000).describe('Records that may wait unread in a partition.'),
    lag_minutes: z.number().positive().default(5).describe('For so long.'),
    reject_share: z.number().min(0).max(1).default(0.1).describe('Share of the records of a source.'),
    reject_count: z.number().positive().default(50).describe('At least so many of them, within the window.'),
    reject_minutes: z.number().positive().default(10).describe('The window.'),
    disk_free_mb: z.number().positive().default(1024).describe('Room where the data lies.'),
    clock_skew_minutes: z.number().positive().default(5).describe('Clock of a gateway, either way.'),
    agents_hourly: z
      .number()
      .int()
      .positive()
      .default(5000)
      .describe('Agents that a gateway may name within an hour, where hardly one of them calls twice.'),
    checkpoint_minutes: z.number().positive().default(15).describe('Age of a checkpoint where events came after it.'),
    channel_minutes: z.number().positive().default(15).describe('For so long an alert channel may take nothing.'),
    cooldown_minutes: z
      .number()
      .positive()
      .default(30)
      .describe('The same trouble of the same part opens no sooner again.'),
    ungoverned_daily: z.boolean().default(true).describe('Once a day (info): agents without any grant.'),
  })
  .strict();
export type OperationalConfig = z.output<typeof operationalSchema>;

/** When many alerts are one. */
export const stormSchema = z
  .object({
    agents: z
      .number()
      .int()
      .min(2)
      .default(5)
      .describe('So many agents with one finding make a storm; on one tool, where it is found of calls of it.'),
    minutes: z.number().positive().default(10).describe('Within so many minutes of each other.'),
  })
  .strict();
export type StormConfig = z.output<typeof stormSchema>;
