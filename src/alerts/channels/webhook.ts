import { createHmac } from 'node:crypto';
import type { Alert } from '../../../schemas/alert.ts';
import type { Channel, Delivery } from '../channel.ts';
import { compactJson } from '../compact.ts';
import { type PostOptions, post } from '../post.ts';
import { isOver } from '../status.ts';
import { ocsfFinding } from './ocsf.ts';

interface WebhookOptions extends PostOptions {
  name: string;
  url: string;
  /** `whsec_` and base64 of 24 to 64 bytes. While a secret is rotated there are two: both sign. */
  secrets: readonly string[];
  format?: 'standard' | 'ocsf';
}

/** Standard Webhooks asks for payloads below 20 kB. */
const MAX_BYTES = 19_500;
/** The receiver cannot read this message, whatever the hour; 401, 403 and 404 blame the endpoint, and may be mended. */
const PERMANENT = [400, 413, 422];

/** Standard Webhooks 1.0.0: signed, with the id of the delivery as the receiver's idempotency key. */
export function webhook({ name, url, secrets, format = 'standard', ...options }: WebhookOptions): Channel {
  const keys = secrets.map(readSecret);
  if (keys.length === 0) throw new Error('a webhook needs a secret');
  return {
    name,
    send(delivery, signal) {
      const body = compactJson(format === 'ocsf' ? ocsfFinding(delivery.alert) : envelope(delivery.alert), MAX_BYTES);
      const headers = { 'content-type': 'application/json', ...sign(delivery, body, keys) };
      return post(url, headers, body, delivery.at, signal, { permanent: PERMANENT, ...options });
    },
  };
}

const envelope = (alert: Alert) => ({
  type: `alert.${isOver(alert) ? 'close' : alert.stage}`,
  timestamp: alert.occurred_at,
  data: alert,
});

/** The timestamp is that of the attempt, so that a receiver's tolerance holds for a delivery of last week as well. */
function sign({ id, at }: Delivery, body: string, keys: readonly Buffer[]): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** @throws where it is no secret; the message does not repeat it. */
function readSecret(secret: string): Buffer {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  const key = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || key.length < 24 || key.length > 64)
    throw new Error('a webhook secret is whsec_ followed by base64 of 24 to 64 random bytes');
  return key;
}
