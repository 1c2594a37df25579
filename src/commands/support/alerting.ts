import type { Alert } from '../../../schemas/alert.ts';
import type { Config } from '../../../schemas/config.ts';
import type { AlertContext, Channel } from '../../alerts/channel.ts';
import { type ChannelWorld, createChannels } from '../../alerts/channels/index.ts';
import { createGuard } from '../../alerts/guard.ts';
import { createNotifier, type Notifier } from '../../alerts/notifier.ts';
import type { NotifierLog, NotifierMetrics, Schedule } from '../../alerts/ports.ts';
import { createRouting, type Routing } from '../../alerts/routing.ts';
import { ConfigError } from '../../errors.ts';
import type { Store } from '../../stores/store.ts';

export interface AlertingOptions {
  config: Config['alerts'];
  store: Store;
  /** The rest of the world that channels need; the guard is made here. */
  world: Omit<ChannelWorld, 'guard'>;
  context?: (alert: Alert) => Promise<AlertContext>;
  raised?: (alert: Alert) => void;
  metrics: NotifierMetrics;
  log: NotifierLog;
}

/** Channels, routes and the outbox as configured. A mistake is a ConfigError with the path of the value. */
export function createAlerting({ config, store, world, context, ...rest }: AlertingOptions): {
  notifier: Notifier;
  channels: Channel[];
} {
  return asConfigError(() => {
    const channels = configuredChannels(config, world);
    const routing = configuredRouting(config);
    const notifier = createNotifier({
      store,
      channels,
      routing,
      storm: config.storm,
      now: Date.now,
      schedule: onTimer,
      random: Math.random,
      context: async (alert) => ({
        ...(await context?.(alert).catch(() => undefined)),
        ...(config.page === undefined ? {} : { link: linkTo(alert, config.page) }),
      }),
      ...rest,
    });
    return { notifier, channels };
  });
}

/** Beneath the page's own path, which a proxy may have given it. */
function linkTo({ alert_id }: Alert, page: string): string {
  const url = new URL(page);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.hash = `alert=${alert_id}`;
  return url.href;
}

/** The channels alone: for `alerts test`, which goes around the outbox. */
export function configuredChannels(config: Config['alerts'], world: Omit<ChannelWorld, 'guard'>): Channel[] {
  return asConfigError(() => {
    const guard = createGuard({ allowNetworks: config.allow_networks, allowHttp: config.allow_http });
    return createChannels(config.channels, { ...world, guard });
  });
}

export const configuredRouting = ({ channels, routes, default: fallback }: Config['alerts']): Routing =>
  asConfigError(() => createRouting({ channels, routes, fallback }));

function asConfigError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof ConfigError
      ? error
      : new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

/** Timers that wait for a receiver keep no process alive. */
const onTimer: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
