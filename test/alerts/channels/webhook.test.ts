import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { webhook } from '../../../src/alerts/channels/webhook.ts';
import { channelContract, hugeAlert } from '../../contracts/channel.ts';
import { alertOf, guard, receiver } from '../support.ts';

const secret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const never = new AbortController().signal;

async function setUp(format: 'standard' | 'ocsf' = 'standard', secrets = [secret()]) {
  const server = await receiver();
  const channel = webhook({ name: 'soc', url: server.url, secrets, format, guard });
  return {
    channel,
    server,
    arrived: () => server.received.map(({ body }) => body),
    breakDown: () => server.close(),
    close: () => server.close().catch(() => {}),
  };
}

describe('webhook', () => channelContract(setUp));
describe('webhook in OCSF', () => channelContract(() => setUp('ocsf')));

describe('a signed webhook', () => {
  it('is verified by the public library, under each of the secrets while one is rotated', async () => {
    const secrets = [secret(), secret()];
    const { channel, server, close } = await setUp('standard', secrets);
    await channel.send({ id: 'd-1', alert: alertOf(), at: Date.now() }, never);
    const { headers, body } = server.received[0]!;
    for (const key of secrets)
      expect(new Webhook(key).verify(body, headers as Record<string, string>)).toMatchObject({
        type: 'alert.open',
        data: { alert_id: alertOf().alert_id },
      });
    expect(() => new Webhook(secret()).verify(body, headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
    expect(() => new Webhook(secrets[0]!).verify(`${body} `, headers as Record<string, string>)).toThrow();
    await close();
  });

  it('carries the id of the delivery and the second of the attempt', async () => {
    const { channel, server, close } = await setUp();
    for (const at of [1_795_000_000_999, 1_795_000_300_000])
      await channel.send({ id: 'd-1', alert: alertOf(), at }, never);
    expect(
      server.received.map(({ headers }) => [
        headers['webhook-id'],
        headers['webhook-timestamp'],
        headers['content-type'],
      ]),
    ).toEqual([
      ['d-1', '1795000000', 'application/json'],
      ['d-1', '1795000300', 'application/json'],
    ]);
    expect(server.received[0]?.body).toBe(server.received[1]?.body);
    await close();
  });

  it.each([
    [{}, 'alert.open'],
    [{ stage: 'update', revision: 2 } as const, 'alert.update'],
    [{ stage: 'close', revision: 3 } as const, 'alert.close'],
    [{ status: 'resolved' } as const, 'alert.close'],
  ])('names what happened to the alert: %j is %s', async (over, type) => {
    const { channel, server, close } = await setUp();
    await channel.send({ id: 'd-1', alert: alertOf(over), at: Date.now() }, never);
    expect(JSON.parse(server.received[0]!.body)).toEqual({
      type,
      timestamp: alertOf().occurred_at,
      data: alertOf(over),
    });
    await close();
  });

  it('stays below 20 kB, its ids and its severity whole', async () => {
    const { channel, server, close } = await setUp();
    await channel.send({ id: 'd-1', alert: hugeAlert(), at: Date.now() }, never);
    const { body } = server.received[0]!;
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    expect(JSON.parse(body).data).toMatchObject({
      alert_id: alertOf().alert_id,
      severity: 'high',
      class: 'secret',
      proof: { n: 1204 },
    });
    await close();
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'not base64 at all, is it', `whsec_${Buffer.alloc(65).toString('base64')}`])(
    'takes no such secret: %j',
    (bad) => {
      expect(() => webhook({ name: 'soc', url: 'https://soc.example/', secrets: [bad], guard })).toThrow(/whsec_/);
    },
  );

  it('is never sent unsigned', () => {
    expect(() => webhook({ name: 'soc', url: 'https://soc.example/', secrets: [], guard })).toThrow('needs a secret');
  });
});
