import type { Alert } from '../../schemas/alert.ts';
import type { StormConfig } from '../../schemas/config/watch.ts';
import type { DeliveryRow, StoredDelivery } from '../stores/store.ts';
import { leftBehind, putBack } from './again.ts';
import type { AlertContext, Channel } from './channel.ts';
import { asSaid, createIntake, deliveryId, pendingDelivery, withhold } from './intake.ts';
import { createLane } from './lane.ts';
import { deliveryRefused, endpointDisabled } from './operational.ts';
import type { DeliveryLog, LaneStatus, NotifierLog, NotifierMetrics, Schedule } from './ports.ts';
import { createRecorder } from './recorder.ts';
import type { Routing } from './routing.ts';
import { createStorms } from './storm.ts';

interface NotifierOptions {
  store: DeliveryLog;
  channels: readonly Channel[];
  routing: Routing;
  /** What is known around an alert; asked before each try, and done without where it fails. */
  context?: (alert: Alert) => Promise<AlertContext>;
  now: () => number;
  schedule: Schedule;
  /** In [0, 1): moves the waits, so that many senders do not come back at one moment. */
  random: () => number;
  metrics: NotifierMetrics;
  log: NotifierLog;
  /** From how many agents on, within how many minutes, alerts are one. */
  storm: StormConfig;
  /** Hears of each operational alert that the notifier tells of its own endpoints. */
  raised?: (alert: Alert) => void;
  /** Deliveries in memory a channel; the rest wait in the store. */
  capacity?: number;
}

/** Rule R5: stored before sending, recorded after; what is undelivered at start is sent again under the same id. */
export interface Notifier {
  /** Alerts that are stored already. Resolves when their deliveries are stored; sending goes on behind. Repeatable. */
  notify(alerts: readonly Alert[]): Promise<void>;
  /** For the outage of the store alone: sends what cannot be stored now, and records it later. Lost with this process. */
  announce(alert: Alert): void;
  /**
   * At start: alerts of the last hours, the newest revision of each. A storm goes on as the one it was, and what is ours
   * and was stored, but not on its way yet, is told.
   */
  restore(alerts: readonly Alert[]): Promise<void>;
  /** Now and then: closes storms that are over. */
  tick(): Promise<void>;
  /** At start: sends what an earlier life left undelivered. */
  resume(): void;
  /** Puts deliveries back, under their old ids, whatever became of them before, and tries at once. Returns how many. */
  resend(alerts: readonly Alert[], channel?: string): Promise<number>;
  /** Waits until nothing is on its way and all is recorded, at most so long. True where that came about. */
  drain(ms: number): Promise<boolean>;
  status(): LaneStatus[];
  close(): Promise<void>;
}

export function createNotifier(options: NotifierOptions): Notifier {
  const { store, channels, routing, now, schedule, random, metrics, log } = options;
  const recorder = createRecorder((rows) => store.writeDeliveries(rows), schedule, log);
  const storms = createStorms(options.storm, routing);
  const names = channels.map(({ name }) => name);
  const intake = createIntake(store, storms.routed, names, now, storms.severityOf);
  /** What befell endpoints, while it is written down. */
  const raising = new Set<Promise<void>>();
  const lanes = new Map(channels.map((channel) => [channel.name, laneOf(channel)]));

  function laneOf(channel: Channel) {
    return createLane({
      channel,
      now,
      schedule,
      random,
      log,
      metrics,
      record: recorder.record,
      fetch: async (limit) => {
        await recorder.flush();
        return await Promise.all((await store.undelivered({ channel: channel.name, limit })).map(spoken));
      },
      context: async (alert) => (channel.wantsContext && (await options.context?.(alert).catch(() => undefined))) || {},
      trouble: (kind, detail) => {
        const tell = kind === 'disabled' ? endpointDisabled : deliveryRefused;
        const raised = raise(tell(channel.name, detail, now()))
          .catch((error) => log.error({ error: String(error) }, 'operational alert could not be told'))
          .finally(() => raising.delete(raised));
        raising.add(raised);
      },
      ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    });
  }

  async function spoken(stored: StoredDelivery): Promise<StoredDelivery> {
    const { delivery, alert } = stored;
    const isVerdict = delivery.deliveryId !== deliveryId(alert, delivery.channel);
    return isVerdict ? asSaid(stored, await store.verdicts(alert.alert_id)) : stored;
  }

  /** Nothing is on its way, nor is anything of what befell an endpoint meanwhile. */
  async function idle(): Promise<void> {
    do {
      await Promise.all(raising);
      await Promise.all([...lanes.values()].map((lane) => lane.idle()));
    } while (raising.size > 0);
    await recorder.flush();
  }

  /** What befell one endpoint is told over the others: where the routes lead to it alone, over every one that works. */
  async function raise(alert: Alert): Promise<void> {
    await store.writeAlerts([alert]);
    const works = (name: string): boolean => name !== alert.target && lanes.get(name)?.disabled() === '';
    const routed = intake.plan([alert]).filter(({ delivery }) => works(delivery.channel));
    const others = () =>
      [...lanes.keys()].filter(works).map((name) => pendingDelivery(alert, name, 0, intake.moment()));
    await send(routed.length > 0 ? routed : others());
    options.raised?.(alert);
  }

  async function send(planned: readonly StoredDelivery[]): Promise<void> {
    const fresh = planned.map((each) => ({ ...each, delivery: refuseDisabled(each.delivery) }));
    if (fresh.length === 0) return;
    await store.writeDeliveries(fresh.map(({ delivery }) => delivery));
    handOver(fresh);
  }

  function handOver(fresh: readonly StoredDelivery[]): void {
    intake.remember(fresh);
    for (const lane of lanes.values())
      lane.add(fresh.filter(({ delivery }) => delivery.channel === lane.name && delivery.state === 'pending'));
  }

  function refuseDisabled(row: DeliveryRow): DeliveryRow {
    const reason = lanes.get(row.channel)?.disabled() ?? 'no such channel';
    return reason === '' || row.state !== 'pending'
      ? row
      : { ...row, state: 'given_up', nextAttemptAt: 0, detail: `endpoint disabled: ${reason}` };
  }

  async function notifyAll(alerts: readonly Alert[]): Promise<void> {
    const { told, partOf } = storms.take(alerts, await intake.sent(storms.metBefore(alerts)));
    if (told.length > 0) await store.writeAlerts(told);
    const planned = intake.plan([...alerts, ...told]).map((each) => {
      const spoken = each.alert.stage === 'open' ? partOf.get(each.alert.alert_id) : undefined;
      return spoken === undefined ? each : { ...each, delivery: withhold(each.delivery, spoken) };
    });
    await send(await intake.unknown(planned));
    storms.settle(told);
  }

  async function endStorms(): Promise<void> {
    const closed = storms.due(now());
    if (closed.length === 0) return;
    await store.writeAlerts(closed);
    await send(await intake.unknown(intake.plan(closed)));
    storms.end(closed);
  }

  /** One after the other: what a storm has told is settled before the next alerts are counted. */
  let turn: Promise<unknown> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = turn.then(work, work);
    turn = mine;
    return mine;
  }

  return {
    notify: (alerts) => inTurn(() => notifyAll(alerts)),
    announce: (alert) =>
      handOver(intake.plan([alert]).map((each) => ({ ...each, delivery: refuseDisabled(each.delivery) }))),
    async restore(alerts) {
      const { told, withheld, untold } = await leftBehind(store, alerts);
      storms.restore(told, withheld);
      await inTurn(() => notifyAll(untold));
    },
    tick: () => inTurn(endStorms),
    resume: () => {
      for (const lane of lanes.values()) lane.resume();
    },
    async resend(alerts, channel) {
      const over = channel === undefined ? names : [channel];
      const again = await putBack(store, alerts, over, intake.moment);
      await send(again);
      if (again.length > 0) for (const name of over) lanes.get(name)?.resume();
      return again.length;
    },
    async drain(ms) {
      let cancel = (): void => {};
      const late = new Promise<false>((resolve) => {
        cancel = schedule(ms, () => resolve(false));
      });
      return await Promise.race([idle().then(() => true as const), late]).finally(() => cancel());
    },
    status: () => [...lanes.values()].map((lane) => lane.status()),
    async close() {
      await Promise.all([...lanes.values()].map((lane) => lane.close()));
      await Promise.all(raising);
      await recorder.flush();
      recorder.close();
    },
  };
}
