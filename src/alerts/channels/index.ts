import { readFileSync } from 'node:fs';
import type { ChannelConfig } from '../../../schemas/config/channels.ts';
import { address } from '../../../schemas/config/words.ts';
import type { Channel } from '../channel.ts';
import type { Guard } from '../guard.ts';
import { consoleChannel } from './console.ts';
import { file } from './file.ts';
import { type KafkaOptions, kafka } from './kafka.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { syslog } from './syslog.ts';
import { webhook } from './webhook.ts';

/** What channels need of the world beyond their own configuration. */
export interface ChannelWorld {
  guard: Guard;
  /** Value of a variable that the configuration names; throws where it is not set. */
  secret(variable: string): string;
  /** Prints on the console. */
  write(text: string): void;
  color: boolean;
  width?: number;
  /** Absent where no Kafka is configured. */
  produce?: KafkaOptions['produce'];
}

type Kind = ChannelConfig['kind'];
type Maker<K extends Kind> = (config: Extract<ChannelConfig, { kind: K }>, world: ChannelWorld) => Channel;

/** Every kind of channel: a file beside this one, and a line here. */
export const CHANNELS: { readonly [K in Kind]: Maker<K> } = {
  console: ({ name }, { write, color, width }) =>
    consoleChannel({ name, write, color, ...(width === undefined ? {} : { width }) }),
  file: ({ name, path }) => file({ name, path }),
  kafka: ({ name, topic }, { produce }) => {
    if (produce === undefined) throw new Error('a kafka channel needs sources.kafka.brokers');
    return kafka({ name, topic, produce });
  },
  pagerduty: ({ name, routing_key_env, url }, { guard, secret }) =>
    pagerduty({ name, url, routingKey: secret(routing_key_env), guard }),
  slack: ({ name, url, url_env }, { guard, secret }) => {
    if (url === undefined && url_env === undefined) throw new Error('a slack channel needs url or url_env');
    const to = url ?? secret(url_env!);
    if (!address.safeParse(to).success) throw new Error(`${url_env} holds no address`);
    return slack({ name, url: to, guard });
  },
  syslog: ({ name, host, port, tls, ca_file }, { guard }) =>
    syslog({ name, host, port, secure: tls, guard, ...trusting(ca_file) }),
  webhook: ({ name, url, secret_env, secret: inline, format, ca_file }, { guard, secret }) => {
    const secrets = (inline ?? (secret_env === undefined ? '' : secret(secret_env)))
      .split(/\s+/)
      .filter((text) => text !== '');
    if (secrets.length === 0) throw new Error('a webhook needs secret_env (or secret)');
    return webhook({ name, url, format, secrets, guard, ...trusting(ca_file) });
  },
};

/** Read at start: a file that is not there is a mistake of the configuration, not of a night. */
function trusting(file: string | undefined): { ca?: string } {
  if (file === undefined) return {};
  const ca = readFileSync(file, 'utf8');
  if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error(`ca_file: ${file} holds no PEM certificate`);
  return { ca };
}

/** @throws where two channels share a name, or one cannot be made; a line for each, which begins with the path of the value. */
export function createChannels(configs: readonly ChannelConfig[], world: ChannelWorld): Channel[] {
  const names = new Set<string>();
  const mistakes: string[] = [];
  const channels = configs.flatMap((config, index): Channel[] => {
    const mistaken = (what: string): [] => {
      mistakes.push(`alerts.channels.${index} (${config.name}): ${what}`);
      return [];
    };
    if (names.has(config.name)) return mistaken('another channel has this name');
    names.add(config.name);
    try {
      return [(CHANNELS[config.kind] as Maker<Kind>)(config, world)];
    } catch (error) {
      return mistaken(error instanceof Error ? error.message : String(error));
    }
  });
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return channels;
}
