import { z } from 'zod';
import { CLASSES } from './alert.ts';

/**
 * Anchored glob with * and ?, case as written; or a regular expression of RE2 where it says so. An expression without ^ or $
 * of its own must fit the whole name; `^merge_` fits what begins so, and an anchor within is refused. In arguments a pattern is held against the canonical
 * form of the value, and what forbids ignores case.
 */
export const patternSchema = z.union([z.string().min(1), z.object({ regex: z.string().min(1) }).strict()]);
export type Pattern = z.infer<typeof patternSchema>;
const patterns = z.array(patternSchema).min(1);
// YAML reads an unquoted time as a Date where it may; both are taken.
const time = z.union([z.iso.datetime({ offset: true }), z.iso.date(), z.date().transform((d) => d.toISOString())]);

export const grantSchema = z
  .object({
    id: z.string().min(1).describe('unique over all files; alerts name it'),
    effect: z.enum(['allow', 'deny']).default('allow').describe('allow (default) or deny; deny wins'),
    agents: patterns.describe('ids of the agents it speaks of'),
    servers: patterns.optional().describe('servers; all where absent'),
    targets: patterns.optional().describe('tools, resources, prompts; all where absent'),
    methods: patterns.optional().describe('MCP methods, e.g. tools/call; all where absent'),
    max_class: z.enum(CLASSES).optional().describe('strongest class allowed; a deny with it forbids what is stronger'),
    args: z
      .record(z.string(), patterns)
      .optional()
      .describe('by argument (a.b reaches into objects): what each value must fit'),
    tasks: patterns.optional().describe('ids of the task the call is made in'),
    intents: patterns.optional().describe('what the task is said to be for'),
    on_behalf_of: patterns.optional().describe('the person or principal behind the agent'),
    valid_from: time.optional().describe('from when; absent: from when it was first loaded'),
    valid_to: time.optional().describe('until when; a day counts to its end'),
    condition_raw: z.string().optional().describe('a condition nobody here can test: it may apply, scope is maybe'),
    source: z.string().optional().describe('where it was imported from'),
  })
  .strict();
export type Grant = z.infer<typeof grantSchema>;

export const charterSchema = z
  .object({
    agents: patterns.describe('ids of the agents it speaks of'),
    purpose: z.string().optional().describe('what they are for, in words'),
    max_class: z.enum(CLASSES).optional().describe('strongest class that this takes'),
    servers: patterns.optional().describe('servers that this takes'),
    targets: patterns.optional().describe('tools, resources, prompts that this takes'),
    owner: z.string().optional().describe('who answers for them; alerts and diffs name the owner'),
    reviewers: z.array(z.string()).optional().describe('who else looks at what they do'),
  })
  .strict();
export type Charter = z.infer<typeof charterSchema>;

export const changeSchema = z
  .object({
    agents: patterns.describe('ids of the agents that will change'),
    from: time.describe('from when'),
    to: time.describe('until when; a day counts to its end'),
    reason: z.string().describe('why; kept with the grants'),
  })
  .strict()
  .describe('An announced change: what it explains is counted and not alerted.');
export type Change = z.infer<typeof changeSchema>;

export const grantsFileSchema = z
  .object({
    grants: z.array(grantSchema).default([]),
    charters: z.array(charterSchema).default([]),
    changes: z.array(changeSchema).default([]),
  })
  .strict();
export type GrantsFile = z.infer<typeof grantsFileSchema>;
