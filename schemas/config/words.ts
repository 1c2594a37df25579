import { z } from 'zod';

/** Kinds of values that many parts of the configuration share. */
export const name = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'letters, digits, dot, dash and underscore only');
export const env = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'name of an environment variable, e.g. SOC_SECRET');
export const port = z.number().int().min(0).max(65535);
/** Of somebody else: 0 is a port to listen on alone. */
export const remotePort = port.min(1);
export const address = z.url({
  protocol: /^https?$/,
  error: 'an address is expected that begins with http:// or https://',
});
/** Host and port: nothing else has its place in it. */
export const endpoint = address.refine(
  (text) => /^(?!https?:)|^https?:\/\/[^/?#@]+\/?$/i.test(text),
  'scheme, host and port alone are expected, e.g. http://127.0.0.1:8123: what else belongs to it has keys of its own',
);
export const topic = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{1,249}$/, 'letters, digits, dot, dash and underscore only, 249 at most');
export const positive = z.number().positive();
