import { z } from 'zod';
import { SEVERITIES } from '../alert.ts';
import { address, env, name, remotePort, topic } from './words.ts';

/** `alerts.channels`: one kind of receiver each. */

const channelBase = {
  name,
  min_severity: z.enum(SEVERITIES).default('low'),
};
const secretEnv = env
  .optional()
  .describe('Variable with one or more whsec_ secrets, space separated: the first signs, all are sent.');
const caFile = z
  .string()
  .optional()
  .describe(
    "PEM file of the certificates to trust instead of the system's, for a receiver with an authority of its own.",
  );
export const channelSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('console'), ...channelBase }).strict(),
  z.object({ kind: z.literal('file'), ...channelBase, path: z.string() }).strict(),
  z
    .object({
      kind: z.literal('webhook'),
      ...channelBase,
      url: address,
      secret_env: secretEnv,
      secret: z.string().optional(),
      ca_file: caFile,
      format: z.enum(['standard', 'ocsf']).default('standard'),
    })
    .strict(),
  z.object({ kind: z.literal('slack'), ...channelBase, url: address.optional(), url_env: env.optional() }).strict(),
  z
    .object({
      kind: z.literal('pagerduty'),
      ...channelBase,
      routing_key_env: env,
      url: address.default('https://events.pagerduty.com/v2/enqueue'),
    })
    .strict(),
  z
    .object({
      kind: z.literal('syslog'),
      ...channelBase,
      host: z.string().min(1, 'a name or an address is expected'),
      port: remotePort.default(6514),
      tls: z.boolean().default(true),
      ca_file: caFile,
    })
    .strict(),
  z.object({ kind: z.literal('kafka'), ...channelBase, topic }).strict(),
]);
export type ChannelConfig = z.output<typeof channelSchema>;
