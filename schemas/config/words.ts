import { z } from 'zod';

/** Kinds of values that many parts of the configuration share. */
export const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, dot, dash and underscore only');
export const env = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'name of an environment variable, e.g. SOC_SECRET');
export const port = z.number().int().min(0).max(65535);
export const positive = z.number().positive();
