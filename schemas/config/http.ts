import { z } from 'zod';
import { env, name, port, positive } from './words.ts';

const ROLES = ['ingest', 'read', 'respond', 'admin'] as const;
export type TokenRole = (typeof ROLES)[number];

const tokenSchema = z
  .object({
    name,
    token_env: env.describe('Variable that holds the token; at least 16 characters.'),
    roles: z.array(z.enum(ROLES)).min(1).default(['ingest']),
    agents: z.array(z.string()).default(['*']).describe('Patterns of agent ids that this token may speak for.'),
  })
  .strict();

/** `http`: where it listens, to whom, and how much. */
export const httpSchema = z
  .object({
    host: z.string().default('127.0.0.1'),
    port: port.default(8410),
    tokens: z.array(tokenSchema).default([]),
    allowed_hosts: z.array(z.string()).default([]).describe('Host header values beyond the address listened on.'),
    allowed_origins: z.array(z.string()).default([]),
    body_limit_mb: positive.default(32),
    max_pending_events: z.number().int().positive().default(200_000).describe('Beyond it an ingest is answered 429.'),
  })
  .strict()
  .prefault({});
