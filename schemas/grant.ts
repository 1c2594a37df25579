import { z } from 'zod';
import { CLASSES } from './alert.ts';

/**
 * Anchored glob with * and ?, case as written; or a regular expression of RE2 where it says so. An expression without ^ or $
 * of its own must fit the whole name; `^merge_` fits what begins so. In arguments a pattern is held against the canonical
 * form of the value, and what forbids ignores case.
 */
export const patternSchema = z.union([z.string().min(1), z.object({ regex: z.string().min(1) }).strict()]);
export type Pattern = z.infer<typeof patternSchema>;
const patterns = z.array(patternSchema).min(1);
// YAML reads an unquoted time as a Date where it may; both are taken.
const time = z.union([z.iso.datetime({ offset: true }), z.iso.date(), z.date().transform((d) => d.toISOString())]);

export const grantSchema = z
  .object({
    id: z.string().min(1).describe('Unique in its file; alerts name it.'),
    effect: z.enum(['allow', 'deny']).default('allow'),
    agents: patterns.describe('Patterns of agent ids this speaks of.'),
    servers: patterns.optional(),
    targets: patterns.optional().describe('Tools, resources, prompts; absent means all.'),
    methods: patterns.optional(),
    max_class: z
      .enum(CLASSES)
      .optional()
      .describe('The strongest class allowed; a deny with it forbids what is stronger.'),
    args: z
      .record(z.string(), patterns)
      .optional()
      .describe(
        'For each named argument (dotted to reach into objects): patterns, of which each of its values must match one.',
      ),
    tasks: patterns.optional().describe('Patterns of task ids.'),
    intents: patterns.optional().describe('Patterns of task intents.'),
    on_behalf_of: patterns.optional().describe('Patterns of the principal behind the agent.'),
    valid_from: time.optional(),
    valid_to: time.optional(),
    condition_raw: z
      .string()
      .optional()
      .describe('A condition that could not be translated: the grant may apply, scope is maybe.'),
    source: z.string().optional().describe('Where it was imported from.'),
  })
  .strict();
export type Grant = z.infer<typeof grantSchema>;

export const charterSchema = z
  .object({
    agents: patterns,
    purpose: z.string().optional(),
    max_class: z.enum(CLASSES).optional(),
    servers: patterns.optional(),
    targets: patterns.optional(),
    owner: z.string().optional(),
    reviewers: z.array(z.string()).optional(),
  })
  .strict();
export type Charter = z.infer<typeof charterSchema>;

export const changeSchema = z
  .object({ agents: patterns, from: time, to: time, reason: z.string() })
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
