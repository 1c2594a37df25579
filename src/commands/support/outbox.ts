import type { Notifier } from '../../alerts/notifier.ts';
import type { LoadedConfig } from '../../config.ts';
import { createLog } from '../../log.ts';
import { createMetrics } from '../../metrics.ts';
import type { KafkaProducer } from '../../sources/kafka-producer.ts';
import type { Store } from '../../stores/store.ts';
import { contextFrom } from './alert-context.ts';
import { type AlertingOptions, createAlerting } from './alerting.ts';

/** Where a console channel prints. */
export interface Print {
  write(text: string): void;
  color: boolean;
  width: number;
}

const DRAIN_MS = 15_000;

/** What channels need, for a verb that sends without a running server. */
export async function channelWorld(
  loaded: LoadedConfig,
  print: Print,
): Promise<{ channels: AlertingOptions['world']; close(): Promise<void> }> {
  const producer = await producerOf(loaded);
  const secret = (name: string): string => loaded.requireSecret(name, 'alerts.channels');
  return {
    channels: { ...print, secret, ...(producer && { produce: producer.produce }) },
    close: async () => await producer?.close(),
  };
}

async function producerOf({ config, requireSecret }: LoadedConfig): Promise<KafkaProducer | undefined> {
  const settings = config.sources.kafka;
  if (settings === undefined) return undefined;
  const { createKafkaProducer } = await import('../../sources/kafka-producer.ts');
  const password = settings.sasl && requireSecret(settings.sasl.password_env, 'sources.kafka.sasl.password_env');
  return createKafkaProducer({ settings, log: createLog(config.log.level), ...(password && { password }) });
}

/** The outbox without a server: what is put into it is sent before `close`, or by the next `up`. */
export async function openOutbox(
  loaded: LoadedConfig,
  store: Store,
  print: Print,
): Promise<{ notifier: Notifier; close(): Promise<void> }> {
  const world = await channelWorld(loaded, print);
  const { notifier, channels } = createAlerting({
    config: loaded.config.alerts,
    store,
    world: world.channels,
    context: contextFrom(store),
    metrics: createMetrics({ now: Date.now }),
    log: createLog(loaded.config.log.level),
  });
  return {
    notifier,
    async close() {
      await notifier.drain(DRAIN_MS);
      await notifier.close();
      await Promise.all(channels.map((channel) => channel.close?.()));
      await world.close();
    },
  };
}
