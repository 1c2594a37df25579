import { readFileSync } from 'node:fs';
import kafkajs, { type Kafka, type KafkaConfig, type logCreator, type SASLOptions } from 'kafkajs';
import type { Config } from '../../schemas/config.ts';
import { ConfigError } from '../errors.ts';

export type KafkaSettings = NonNullable<Config['sources']['kafka']>;

/** Where what the client says goes: it recovers by itself from most of it, so nothing of it is an error here. */
export interface KafkaLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface KafkaClientOptions {
  settings: KafkaSettings;
  /** Of `sasl.password_env`. */
  password?: string;
  log: KafkaLog;
}

/** The client of a cluster, with TLS and SASL as configured. */
export function createKafkaClient({ settings, password, log }: KafkaClientOptions): Kafka {
  const { brokers, client_id: clientId, ssl, sasl } = settings;
  const config: KafkaConfig = {
    brokers,
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    // Short: who uses the client tries again for as long as it takes, with its own waits.
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: logTo(log),
  };
  if (ssl !== undefined) config.ssl = typeof ssl === 'boolean' ? ssl : tls(ssl);
  if (sasl !== undefined)
    config.sasl = { mechanism: sasl.mechanism, username: sasl.username, password: password ?? '' } as SASLOptions;
  return new kafkajs.Kafka(config);
}

function tls(ssl: Exclude<KafkaSettings['ssl'], boolean | undefined>): object {
  const { ca_file: ca, cert_file: cert, key_file: key } = ssl;
  return {
    rejectUnauthorized: ssl.reject_unauthorized,
    ...(ca === undefined ? {} : { ca: [pem('ca_file', ca)] }),
    ...(cert === undefined ? {} : { cert: pem('cert_file', cert) }),
    ...(key === undefined ? {} : { key: pem('key_file', key) }),
  };
}

function pem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `sources.kafka.ssl.${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** Only what names a place: never a message. */
const FIELDS = ['broker', 'groupId', 'topic', 'partition', 'error', 'retryCount'] as const;

const logTo =
  (log: KafkaLog): logCreator =>
  () =>
  ({ level, namespace, log: entry }) => {
    const fields: Record<string, unknown> = { part: namespace };
    for (const name of FIELDS) if (typeof entry[name] !== 'object') fields[name] = entry[name];
    if (level === kafkajs.logLevel.ERROR) log.warn(fields, `kafka: ${entry.message}`);
    else log.debug(fields, `kafka: ${entry.message}`);
  };
