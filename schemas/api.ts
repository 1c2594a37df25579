import { z } from 'zod';
import { alertSchema, SEVERITIES, STATUSES, VERDICTS, verdictSchema } from './alert.ts';
import { REJECT_REASONS } from './event.ts';
import { seenSource } from './seen.ts';

/** Bodies and answers of the HTTP side, all of them: /openapi.json is made from these. */

const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const count = z.number().int().nonnegative();

export const problemSchema = z
  .object({
    error: z.string().describe('Short and stable: for programs.'),
    detail: z.string().describe('What is wrong, in words.'),
    mend: z.string().describe('What to do about it.'),
  })
  .describe('Every answer that is no success.');
export type Problem = z.infer<typeof problemSchema>;

export const ingestQuery = z
  .object({
    backfill: flag
      .optional()
      .describe(
        'History: received_at is the time of the event, and alerts are stored but not sent. Needs the role admin once tokens are configured.',
      ),
    gateway: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/, 'a gateway by name, or auto')
      .default('auto')
      .describe('Takes every record for one of this gateway; auto recognises each.'),
    instance: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe(
        'Who sent them first, in place of the token: for a replay. Needs the role admin once tokens are configured.',
      ),
  })
  .strict();

/** More rejects than these are counted and stored, and not listed in the answer. */
export const MAX_LISTED_REJECTS = 1_000;
export const ingestAnswer = z.object({
  accepted: count.describe('Events stored.'),
  duplicates: count.describe('Events that were there already.'),
  dropped: count.describe('Records of a known format that are no MCP call.'),
  rejected: z
    .array(
      z.object({
        index: count.describe('Which record of the body, from 0.'),
        reason: z.enum(REJECT_REASONS),
        detail: z.string(),
      }),
    )
    .max(MAX_LISTED_REJECTS),
  rejected_total: count,
});
export type IngestAnswer = z.infer<typeof ingestAnswer>;
export const allRejected = problemSchema.extend(ingestAnswer.shape).describe('Not one record could be understood.');

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export const queryBody = z
  .object({
    sql: z.string().trim().min(1, 'there is no statement').max(100_000).describe('One statement that reads.'),
    params: z
      .record(z.string().regex(/^[A-Za-z_]\w{0,63}$/), z.union([scalar, z.array(scalar).max(10_000)]))
      .optional()
      .describe('Values of {name:Type} in the statement; an array for Array(Type).'),
    max_rows: z.number().int().positive().optional().describe('At most what the configuration allows.'),
  })
  .strict();
export const queryAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z
    .array(z.record(z.string(), z.unknown()))
    .describe('Whole numbers beyond 2^53 are text: most readers of JSON would round them.'),
  truncated: z.boolean().describe('There are more rows than the limit.'),
  elapsed_ms: z.number().nonnegative(),
});
export type QueryAnswer = z.infer<typeof queryAnswer>;

const next = z.string().regex(/^\d{1,15}-[\w.:-]{1,200}$/, '`next` of the answer before');
export const alertsQuery = z
  .object({
    agent: z.string().max(1024).optional(),
    detector: z.string().max(64).optional(),
    min_severity: z.enum(SEVERITIES).optional(),
    status: z.enum(STATUSES).optional().describe('`new`: those of which nobody has said anything.'),
    since: z.iso.datetime({ offset: true }).optional().describe('Those that occurred at or after this time.'),
    after: next.optional().describe('Goes on behind the answer whose `next` it is.'),
    limit: z.coerce.number().int().min(1).max(1000).default(100),
  })
  .strict();
export const alertsAnswer = z.object({ alerts: z.array(alertSchema), next: next.optional() });

const deliverySchema = z.object({
  delivery_id: z.string().describe('The webhook-id.'),
  revision: count,
  channel: z.string(),
  state: z.enum(['pending', 'delivered', 'failed', 'given_up']),
  attempt: count,
  next_attempt_at: z.string().optional(),
  at: z.string(),
  status: count.describe('HTTP status, 0 where there was none.'),
  detail: z.string(),
});
export type DeliverySummary = z.infer<typeof deliverySchema>;
const storedVerdict = z.object({
  alert_id: z.string(),
  verdict: z.enum(VERDICTS),
  reason: z.string(),
  expires_at: z.string().optional(),
  author: z.string(),
  at: z.string(),
});
const callBefore = z.object({
  at: z.string(),
  server: z.string(),
  target: z.string(),
  class: z.string(),
  outcome: z.string(),
  told: z.boolean().optional().describe('The alert cites it.'),
});
const aroundAlert = z.object({
  first_step: z.string().describe('What to do first.'),
  calls: z
    .array(callBefore)
    .optional()
    .describe('Of its session, up to what it tells of, oldest first; absent where the record did not answer in time.'),
  beside: z
    .array(z.object({ detector: z.string(), severity: z.string(), alert_id: z.string() }))
    .optional()
    .describe('Other alerts that cite one of its events: one act is often told for several reasons.'),
});
export type AroundAlert = z.infer<typeof aroundAlert>;
export const alertAnswer = z.object({
  alert: alertSchema,
  ...aroundAlert.shape,
  verdicts: z.array(storedVerdict),
  deliveries: z.array(deliverySchema),
});
export { verdictSchema as verdictBody };
export const verdictAnswer = z.object({ alert: alertSchema, verdict: storedVerdict });

export const verdictsQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }).strict();
const givenVerdict = storedVerdict.extend({
  detector: z.string(),
  agent: z.string(),
  title: z.string().describe('Of the alert.'),
  hidden: count.describe('Findings that it has hidden since.'),
});
export type GivenVerdict = z.infer<typeof givenVerdict>;
export const verdictsAnswer = z.object({ verdicts: z.array(givenVerdict) });

export const resendBody = z
  .object({
    ids: z.array(z.string().min(1).max(200)).max(1_000).default([]).describe('Of these alerts.'),
    since: z.iso.datetime({ offset: true }).optional().describe('Of alerts since this time.'),
    channel: z.string().max(64).optional().describe('Over this channel only.'),
  })
  .strict()
  .refine(({ ids, since }) => ids.length > 0 || since !== undefined, 'ids or since');
export const resendAnswer = z.object({ resent: count.describe('Deliveries put back, under their old ids.') });

export const reviewBody = z
  .object({
    agent: z.string().min(1).max(1024),
    server: z.string().min(1).max(1024),
    note: z.string().max(2000).default(''),
  })
  .strict();
const storedReview = z.object({
  agent: z.string(),
  server: z.string(),
  at: z.string(),
  by: z.string(),
  note: z.string(),
});
export const reviewAnswer = z.object({ review: storedReview });
export type ReviewAnswer = z.infer<typeof reviewAnswer>;

export const agentsQuery = z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(500) }).strict();
const agentSummary = z
  .looseObject({
    agent_id: z.string(),
    learning: z
      .object({ seen: count, of: count, share: z.number().min(0).max(1) })
      .optional()
      .describe('How far its baseline has come: 1 where it is judged in full.'),
  })
  .describe('A row of v_agents.');
export type AgentSummary = z.infer<typeof agentSummary>;
export const agentsAnswer = z.object({ agents: z.array(agentSummary) });
export const agentAnswer = z.object({ agent: agentSummary, alerts: z.array(alertSchema) });

const detectorSummary = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  false_positives: z.array(z.string()),
  blind_spots: z.array(z.string()),
  enabled: z.boolean(),
});
export type DetectorSummary = z.infer<typeof detectorSummary>;
export const detectorsAnswer = z.object({ detectors: z.array(detectorSummary) });

export const reloadAnswer = z.object({
  changed: z.array(z.string()).describe('Kinds of input that have a new version now.'),
  versions: z.record(z.string(), z.string()),
});
export type ReloadAnswer = z.infer<typeof reloadAnswer>;

export const statusAnswer = z.object({
  version: z.string(),
  started_at: z.string(),
  ready: z.boolean(),
  not_ready: z.string().optional().describe('Why it is not ready.'),
  store: z.object({ kind: z.string(), ok: z.boolean(), detail: z.string().optional() }),
  sources: z.array(
    z.object({
      name: z.string(),
      partitions: count,
      next_offset: count,
      lag: count.optional(),
      last_seen: z.string().optional(),
    }),
  ),
  gateways: z.array(seenSource),
  events: z
    .object({ stored: count, accepted: count, duplicates: count, dropped: count, rejected: count })
    .describe('`stored`: in the record, whenever they came; the others since this process started.'),
  rejects: z.record(z.string(), count).describe('By reason.'),
  agents: z.object({ known: count, learning: count, in_memory: count }),
  alerts: z.record(z.string(), count).describe('Of the last 24 hours, by severity.'),
  deliveries: z.array(
    z.object({ channel: z.string(), waiting: count, failing: z.boolean(), detail: z.string().optional() }),
  ),
  buffered_rows: count,
  checkpoint_age_seconds: z
    .number()
    .nonnegative()
    .optional()
    .describe('Of the oldest one after which events came; 0 where none came. Absent: there is none yet.'),
  warnings: z.array(z.string()),
});
export type Status = z.infer<typeof statusAnswer>;
