import { z } from 'zod';
import { SEVERITIES } from '../alert.ts';
import { channelSchema } from './channels.ts';
import { operationalSchema, stormSchema } from './watch.ts';
import { address, name } from './words.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, e.g. 22:00');
const quietSchema = z
  .object({
    from: clock,
    to: clock,
    days: z
      .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
      .min(1)
      .optional()
      .describe('Days on which it begins; every day by default.'),
    time_zone: z.string().refine(isTimeZone, 'an IANA time zone, e.g. Europe/Berlin').default('UTC'),
    below: z
      .enum(SEVERITIES)
      .default('high')
      .describe('Alerts below this severity wait for the end; the others go at once.'),
  })
  .strict();
export type QuietHours = z.output<typeof quietSchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const globs = z.array(z.string().min(1)).min(1).optional();
const routeSchema = z
  .object({
    channels: z.array(name).describe('Where to; none keeps the alert in the store alone.'),
    min_severity: z.enum(SEVERITIES).optional(),
    detectors: globs,
    agents: globs,
    owners: globs,
    servers: globs,
    quiet: quietSchema.optional(),
  })
  .strict();
export type Route = z.output<typeof routeSchema>;

/** `alerts`: which channels there are, and what goes to which of them. */
export const alertsSchema = z
  .object({
    allow_networks: z
      .array(z.string())
      .default([])
      .describe('CIDRs beyond the public Internet that channels may reach.'),
    allow_http: z.boolean().default(false).describe('Plain http to those networks.'),
    page: address
      .optional()
      .describe(
        'Address of the page as people reach it, with its path behind a proxy: messages to them link to their alert there.',
      ),
    channels: z.array(channelSchema).default([{ kind: 'console', name: 'console', min_severity: 'low' }]),
    routes: z
      .array(routeSchema)
      .default([])
      .describe('The first that matches decides; channels keep their own min_severity.'),
    default: z.array(name).optional().describe('Channels of alerts that no route takes; all of them where absent.'),
    operational: operationalSchema.prefault({}).describe('When Overreach alerts about itself and what feeds it.'),
    storm: stormSchema
      .prefault({})
      .describe('One cause that befalls many agents is told once; the single alerts are kept and not sent.'),
  })
  .strict()
  .prefault({});
