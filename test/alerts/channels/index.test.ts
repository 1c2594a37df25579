import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import { CHANNELS, createChannels } from '../../../src/alerts/channels/index.ts';
import { createGuard } from '../../../src/alerts/guard.ts';
import { alertOf, receiver } from '../support.ts';

const world = {
  guard: createGuard(),
  secret: (name: string) =>
    name.endsWith('_URL') ? 'https://chat.example/hook' : `whsec_${Buffer.alloc(32, name).toString('base64')}`,
  write: () => {},
  color: false,
};
const configsOf = (channels: unknown[]) => configSchema.parse({ alerts: { channels } }).alerts.channels;

describe('the list of channels', () => {
  it('equals its folder', () => {
    const files = readdirSync(new URL('../../../src/alerts/channels/', import.meta.url)).map((name) =>
      name.replace(/\.ts$/, ''),
    );
    // OCSF is a body of the webhook.
    expect(files.filter((name) => name !== 'index' && name !== 'ocsf').sort()).toEqual(Object.keys(CHANNELS).sort());
  });

  it('makes each kind from its configuration', () => {
    const configs = configsOf([
      { kind: 'console', name: 'screen' },
      { kind: 'file', name: 'lines', path: 'alerts.jsonl' },
      { kind: 'webhook', name: 'soc', url: 'https://soc.example/hook', secret_env: 'SOC_SECRET' },
      { kind: 'webhook', name: 'siem', url: 'https://siem.example/hook', secret: world.secret('S'), format: 'ocsf' },
      { kind: 'slack', name: 'chat', url_env: 'SLACK_URL' },
      { kind: 'pagerduty', name: 'pager', routing_key_env: 'PD_KEY' },
      { kind: 'syslog', name: 'logs', host: 'logs.example' },
      { kind: 'kafka', name: 'bus', topic: 'alerts' },
    ]);
    const made = createChannels(configs, { ...world, produce: () => Promise.resolve() });
    expect(made.map(({ name }) => name)).toEqual(configs.map(({ name }) => name));
  });

  it('trusts an authority of the receiver where its file is named', async () => {
    const soc = await receiver(undefined, true);
    const url = soc.url.replace('127.0.0.1', 'localhost');
    const hook = { kind: 'webhook', name: 'soc', url, secret: world.secret('S') };
    const ca_file = fileURLToPath(new URL('../tls/localhost.cert.pem', import.meta.url));
    const local = { ...world, guard: createGuard({ allowNetworks: ['127.0.0.0/8'] }) };
    const channels = createChannels(configsOf([hook, { ...hook, name: 'own', ca_file }]), local);
    const results = await Promise.all(
      channels.map((one) => one.send({ id: 'd', alert: alertOf(), at: 1 }, new AbortController().signal)),
    );
    expect(results).toMatchObject([{ ok: false, detail: expect.stringMatching(/^TLS: /) }, { ok: true }]);
    await soc.close();
  });

  it.each([
    [
      [{ kind: 'webhook', name: 'soc', url: 'https://soc.example/' }],
      'alerts.channels.0 (soc): a webhook needs secret_env',
    ],
    [[{ kind: 'slack', name: 'chat' }], 'alerts.channels.0 (chat): a slack channel needs url or url_env'],
    [[{ kind: 'slack', name: 'chat', url_env: 'NOTHING' }], 'alerts.channels.0 (chat): NOTHING holds no address'],
    [
      [{ kind: 'kafka', name: 'bus', topic: 't' }],
      'alerts.channels.0 (bus): a kafka channel needs sources.kafka.brokers',
    ],
    [
      [
        { kind: 'console', name: 'a' },
        { kind: 'console', name: 'a' },
      ],
      'alerts.channels.1 (a): another channel has this name',
    ],
    [
      [{ kind: 'syslog', name: 'logs', host: 'logs.example', ca_file: '/nowhere/ca.pem' }],
      'alerts.channels.0 (logs): ENOENT',
    ],
    [
      [{ kind: 'syslog', name: 'logs', host: 'logs.example', ca_file: import.meta.filename }],
      'index.test.ts holds no PEM certificate',
    ],
  ])('says what is wrong, and where', (channels, message) => {
    expect(() => createChannels(configsOf(channels), world)).toThrow(message);
  });
});
