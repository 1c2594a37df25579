import { z } from 'zod';
import { CLASSES } from './alert.ts';
import { patternSchema } from './grant.ts';

const patterns = z.array(patternSchema).min(1);

/** One rule of the operator's catalogue: what class a call is. The first rule that fits decides. */
const catalogueRuleSchema = z
  .object({
    id: z.string().min(1).optional().describe('Shown beside every call it classed; default its place in the file.'),
    servers: patterns.optional().describe('Server ids; absent means every server.'),
    tools: patterns.optional().describe('Tools, resources, prompts; absent means all.'),
    methods: patterns.optional(),
    args: z
      .record(z.string(), patterns)
      .optional()
      .describe(
        'Each named argument must fit one of its patterns. Such a rule is final; one without arguments can still be raised by what the arguments reach.',
      ),
    class: z.enum(CLASSES),
  })
  .strict()
  .refine(
    (rule) => rule.servers || rule.tools || rule.methods || rule.args,
    'says of nothing what class it is: name servers, tools, methods or args',
  );
export type CatalogueRule = z.infer<typeof catalogueRuleSchema>;

/** A privileges file. */
export const catalogueSchema = z.object({ privileges: z.array(catalogueRuleSchema).default([]) }).strict();
export type Catalogue = z.infer<typeof catalogueSchema>;
