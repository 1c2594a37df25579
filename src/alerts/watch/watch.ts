import type { Alert } from '../../../schemas/alert.ts';
import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import type { Event, Reject } from '../../../schemas/event.ts';
import { utcDay } from '../../../schemas/utc.ts';
import { createSayOnce } from '../../say-once.ts';
import type { Gap, Store } from '../../stores/store.ts';
import { gatewayBack, over, silentGateway } from '../operational.ts';
import { isOperational, OPERATIONAL } from '../own.ts';
import type { NotifierLog } from '../ports.ts';
import { createCrowds } from './crowds.ts';
import { logGap } from './gap-words.ts';
import { type Blindness, createGateways, gapOf, HABIT_MS } from './gateways.ts';
import { HABITS_SQL, habitsOf } from './habits.ts';
import { LEVELS, standingLevels, type Vitals } from './levels.ts';
import { createOthers } from './others.ts';
import { createOutage } from './outage.ts';
import { closingOf } from './overstepped.ts';
import { agentIn, createRefusals } from './refusals.ts';
import { createSplit, SPLIT } from './split.ts';
import { createTroubles, type Trouble } from './troubles.ts';
import { UNGOVERNED_SQL, ungovernedAgents } from './words.ts';

export interface WatchOptions {
  config: OperationalConfig;
  /** The topic that is said to be keyed by agent, as `kafka:NAME`; absent where there is none. */
  keyed?: string;
  store: Pick<Store, 'writeAlerts' | 'writeGaps' | 'alerts' | 'alert' | 'query'>;
  notify(alerts: Alert[]): Promise<void>;
  /** Sends an alert that nothing can store now. */
  announce(alert: Alert): void;
  /** Each alert that is told, for metrics. */
  told(alert: Alert): void;
  vitals(): Promise<Vitals>;
  log: NotifierLog;
  now(): number;
}

/** A batch as it was decoded, in as far as the watch listens to it. */
export interface Heard {
  source: string;
  instance: string;
  backfill?: boolean;
  decoded: readonly { items: readonly ({ kind: 'event'; event: Event } | { kind: 'reject'; reject: Reject })[] }[];
}

/** Watches Overreach itself and what feeds it, and tells what is wrong the way of every alert. */
export interface Watch {
  /** Takes up the open alerts and the habits of gateways that the record holds; nothing is told before. */
  start(): Promise<void>;
  /** Listens, live only: history that is filled in says nothing of now. */
  hear(heard: Heard): void;
  /** An operational alert that somebody else has told. */
  adopt(alert: Alert): void;
  lost(gap: Gap): void;
  /** Titles of what is wrong now. */
  readonly troubles: readonly string[];
  /** Resolves when nothing is asked of the record any more. */
  idle(): Promise<void>;
  /** Looks at everything once; a look that comes while one is under way is left out. */
  look(): Promise<void>;
}

const LIMITS = { maxRows: 100_000, maxSeconds: 30, maxBytes: 64 << 20 };
const RESTORED = 10_000;
/** A day, and after midnight, so that what was on its way is in. */
const SETTLED_MS = 24 * 60 * MINUTE + 10 * MINUTE;

export function createWatch({ config, keyed, store, notify, announce, told, vitals, log, now }: WatchOptions): Watch {
  const startedAt = now();
  const gateways = createGateways(config, startedAt);
  const refusals = createRefusals(config);
  const crowds = createCrowds(config);
  const cooldownMs = config.cooldown_minutes * MINUTE;
  const troubles = createTroubles({ cooldownMs, tell });
  const others = createOthers({ store, gateways, troubles });
  const outage = createOutage({ cooldownMs, store, notify, announce, told });
  const ended: Blindness[] = [];
  const lost: Gap[] = [];
  const split = createSplit({ keyed, store, now });
  const attempt = createSayOnce((what, error) =>
    log.error({ error: String(error), what }, 'a look at ourselves failed; again soon'),
  );
  let summedUp = '';
  let ready: Promise<void> = Promise.resolve();
  let looking: Promise<void> | null = null;

  async function tell(alert: Alert): Promise<void> {
    await store.writeAlerts([alert]);
    await notify([alert]);
    told(alert);
  }

  async function silences(deaf: string): Promise<void> {
    const at = now();
    if (deaf !== '') return gateways.deafUntil(at);
    for (; ended.length > 0; ended.shift()) await store.writeGaps([gapOf(ended[0]!, ended[0]!.to, startedAt)]);
    const found = await others.silences(at);
    for (const { gateway, since } of found)
      if (!troubles.open.has(`silent_gateway\n${gateway}`))
        await store.writeGaps([gapOf({ gateway, from: since }, since, startedAt)]);
    const standing = found.map(
      ({ gateway, since, usualMs }): Trouble => ({
        reason: 'silent_gateway',
        subject: gateway,
        since,
        alert: (from) => silentGateway(gateway, from, at, Math.max(usualMs, MINUTE)),
      }),
    );
    for (const alert of troubles.open.values())
      if (alert.reason === 'silent_gateway' && !gateways.spokeSince(alert.target ?? '', Date.parse(alert.occurred_at)))
        standing.push({ reason: alert.reason, subject: alert.target ?? '', alert: () => alert });
    await troubles.look(['silent_gateway'], standing, at, (opened) => {
      const end = gateways.lastBlindness(opened.target ?? '');
      if (end === null || end.to < Date.parse(opened.occurred_at)) return over(opened, at);
      return { ...gatewayBack(end.gateway, end.from, end.to, MINUTE), alert_id: opened.alert_id, proof: opened.proof };
    });
  }

  async function levels(state: Vitals): Promise<void> {
    const at = now();
    await others.takeOver(state);
    const standing = standingLevels({ config, vitals: state, gateways, refusals, crowds }, at);
    await troubles.look(LEVELS, standing, at, (opened) => closingOf(opened, { refusals }, at));
  }

  /** The notifier tells these itself; they are over when the channel takes something again, or is gone. */
  async function channels(all: Vitals['channels']): Promise<void> {
    const reasons = ['endpoint_disabled', 'delivery_refused'] as const;
    const standing = [...troubles.open.values()].flatMap((alert): Trouble[] => {
      const channel = all.find((one) => one.channel === alert.target);
      const reason = reasons.find((one) => one === alert.reason);
      if (reason === undefined || channel === undefined) return [];
      const works = channel.disabled === '' && channel.deliveredAt > Date.parse(alert.occurred_at);
      return works ? [] : [{ reason, subject: channel.channel, alert: () => alert }];
    });
    await troubles.look(reasons, standing, now());
  }

  async function ungoverned(): Promise<void> {
    const day = utcDay(now() - SETTLED_MS);
    if (!config.ungoverned_daily || day === summedUp) return;
    const { rows } = await store.query(UNGOVERNED_SQL, LIMITS, { day });
    const agents = rows.map((row) => ({ agent: String(row.agent), calls: Number(row.calls) }));
    const alert = ungovernedAgents(day, agents, now());
    if (agents.length > 0 && (await store.alert(alert.alert_id)) === null) await tell(alert);
    summedUp = day;
  }

  async function lookNow(): Promise<void> {
    const state = await vitals();
    const parts: [string, () => Promise<void>][] = [
      ['the store', () => outage.look(state.storeRefusesSince, now())],
      ['gateways', () => silences(state.deaf)],
      ['levels', () => levels(state)],
      ['channels', () => channels(state.channels)],
      [
        'lost records',
        async () => {
          for (; lost.length > 0; lost.shift()) await tell(logGap(lost[0]!, now()));
        },
      ],
      ['ungoverned agents', ungoverned],
      ['agents in several partitions', async () => troubles.look(SPLIT, await split(), now())],
    ];
    for (const [what, look] of parts) await attempt(what, look());
  }

  async function takeUp(): Promise<void> {
    const since = startedAt - HABIT_MS;
    const told = [OPERATIONAL, 'identity'].map((detector) => store.alerts({ detector, since, limit: RESTORED }));
    const known = (await Promise.all(told)).flat();
    others.restore(known.filter(isOperational));
    refusals.restore(known, startedAt);
    ended.push(...gateways.restore(habitsOf((await store.query(HABITS_SQL, LIMITS, { since })).rows)));
  }

  return {
    async start() {
      ready = takeUp();
      await ready;
    },
    hear({ source, instance, backfill, decoded }) {
      if (backfill === true) return;
      const at = now();
      const reasons: string[] = [];
      let total = 0;
      for (const { items } of decoded)
        for (const item of items) {
          total += 1;
          if (item.kind === 'event') {
            const { body, receivedAt, occurredAt } = item.event;
            const blind = gateways.hear(body.source.instance, receivedAt, occurredAt, at);
            crowds.hear(body, at);
            if (blind !== null) ended.push(blind);
          } else {
            const { reason, raw, receivedAt } = item.reject;
            reasons.push(reason);
            if (reason === 'forbidden_agent') refusals.overstep(instance, agentIn(raw), receivedAt, at);
          }
        }
      refusals.count(source, total, reasons, at);
    },
    adopt: (alert) => troubles.restore([alert]),
    lost: (gap) => void lost.push(gap),
    get troubles() {
      return [...outage.open.values(), ...troubles.open.values()].map(({ title }) => title);
    },
    idle: async () => await (looking ?? ready.catch(() => {})),
    async look() {
      looking ??= ready.then(lookNow, lookNow).finally(() => {
        looking = null;
      });
      await looking;
    },
  };
}
