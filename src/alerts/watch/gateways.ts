import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import type { Gap } from '../../stores/store.ts';
import type { GatewayHabit } from './habits.ts';

/** A gateway that was silent and spoke again. */
export interface Blindness {
  gateway: string;
  from: number;
  to: number;
}

export interface Silence {
  gateway: string;
  since: number;
  /** What it is held against: the longest usual silence, before the factor. */
  usualMs: number;
}

interface Gateway {
  firstAt: number;
  lastAt: number;
  /** Our own clock when it was last heard: while we do not listen, nobody is silent. */
  heardAt: number;
  slots: Map<number, { gapMs: number; at: number }>;
  /** Hours of the week in which a silence was told: a second one there is a habit. */
  told: Map<number, number>;
  /** Occurred minus received, of the last events. */
  skews: number[];
  /** Heard last by another process: of its silence until we hear it nobody knows here. */
  elsewhere: boolean;
}

const HOUR = 60 * MINUTE;
const WEEK_HOURS = 168;
/** How long a habit is remembered. */
export const HABIT_MS = 35 * 24 * HOUR;
/** A gateway that was last heard so long before the start has retired, or its history was filled in. */
const RETIRED_MS = 7 * 24 * HOUR;
/** Until a gateway was met in each hour of a week, all of its silences are learned. */
const SETTLED_MS = 8 * 24 * HOUR;
/** Who sends events may make up names: more of them are not watched. */
const MAX_GATEWAYS = 1_000;
const SKEWS = 64;
const LEAST_SKEWS = 20;

const fresh = (at: number, heardAt: number): Gateway => ({
  firstAt: at,
  lastAt: at,
  heardAt,
  slots: new Map(),
  told: new Map(),
  skews: [],
  elsewhere: false,
});

const slotOf = (at: number): number => Math.floor(at / HOUR) % WEEK_HOURS;

/**
 * When gateways speak, and whether they speak as they use to: each against its own silences, by the hour of the week in
 * which they begin, so that neither nights nor weekends are alerts. What was told is not learned the first time.
 */
export function createGateways(config: OperationalConfig, startedAt: number) {
  const gateways = new Map<string, Gateway>();
  /** How each gateway's last silence beyond the usual ended. */
  const ended = new Map<string, Blindness>();

  /** Longest usual silence that begins about then; of a new hour of the week the longest of all. */
  function usualMs({ slots }: Gateway, at: number): number {
    const slot = slotOf(at);
    const near = [slot - 1, slot, slot + 1].map((one) => slots.get((one + WEEK_HOURS) % WEEK_HOURS));
    const recent = (gaps: readonly ({ gapMs: number; at: number } | undefined)[]): number[] =>
      gaps.flatMap((gap) => (gap !== undefined && at - gap.at < HABIT_MS ? gap.gapMs : []));
    const known = recent(near);
    return Math.max(0, ...(near[1] === undefined || known.length === 0 ? recent([...slots.values()]) : known));
  }

  const forgetRetired = (now: number): void => {
    for (const [name, { lastAt }] of gateways) if (now - lastAt > RETIRED_MS) gateways.delete(name);
  };

  const limitMs = (gateway: Gateway, at: number): number =>
    Math.max(config.silent_minutes * MINUTE, config.silent_factor * usualMs(gateway, at));

  const isKnown = ({ firstAt, lastAt }: Gateway): boolean => lastAt - firstAt >= config.learn_hours * HOUR;

  function learn(gateway: Gateway, from: number, gapMs: number): void {
    const slot = slotOf(from);
    if (from - gateway.firstAt >= SETTLED_MS && gapMs > limitMs(gateway, from)) {
      const before = gateway.told.get(slot);
      gateway.told.set(slot, from);
      if (before === undefined || from - before > HABIT_MS) return;
    }
    const held = gateway.slots.get(slot);
    if (held === undefined || gapMs >= held.gapMs || from - held.at >= HABIT_MS)
      gateway.slots.set(slot, { gapMs, at: from });
  }

  /** It spoke then: the silence before is over, and learned. */
  function passTo(name: string, gateway: Gateway, receivedAt: number): Blindness | null {
    const from = gateway.lastAt;
    if (receivedAt <= from) return null;
    const blind = isKnown(gateway) && receivedAt - from > limitMs(gateway, from);
    if (blind || !gateway.elsewhere) learn(gateway, from, receivedAt - from);
    Object.assign(gateway, { lastAt: receivedAt, elsewhere: false });
    if (!blind) return null;
    const end = { gateway: name, from, to: receivedAt };
    ended.set(name, end);
    return end;
  }

  return {
    /** What the record knows of before the start, and the silences that those ended who spoke meanwhile. */
    restore(habits: readonly GatewayHabit[]): Blindness[] {
      return habits.flatMap(({ gateway: name, firstAt, lastAt, slots }) => {
        if (startedAt - lastAt >= RETIRED_MS) return [];
        const live = gateways.get(name);
        const known = { ...fresh(lastAt, startedAt), firstAt };
        for (const { slot, gapMs, at } of slots) known.slots.set(slot, { gapMs, at });
        gateways.set(name, known);
        if (live === undefined) return [];
        const blind = passTo(name, known, live.firstAt);
        for (const { gapMs, at } of live.slots.values()) learn(known, at, gapMs);
        Object.assign(known, { lastAt: Math.max(known.lastAt, live.lastAt), heardAt: live.heardAt, skews: live.skews });
        return blind === null ? [] : [blind];
      });
    },
    /** One live event. Returns the blindness that it ends, if it was silent for longer than it should. */
    hear(name: string, receivedAt: number, occurredAt: number, now: number): Blindness | null {
      let gateway = gateways.get(name);
      if (gateway === undefined) {
        if (gateways.size >= MAX_GATEWAYS) forgetRetired(now);
        if (gateways.size >= MAX_GATEWAYS) return null;
        gateway = fresh(receivedAt, now);
        gateways.set(name, gateway);
      }
      gateway.heardAt = now;
      if (gateway.skews.push(occurredAt - receivedAt) > SKEWS) gateway.skews.shift();
      return passTo(name, gateway, receivedAt);
    },
    /** Another process heard it then. */
    spokeElsewhere(name: string, receivedAt: number): void {
      const gateway = gateways.get(name);
      if (gateway !== undefined && receivedAt > gateway.lastAt)
        Object.assign(gateway, { lastAt: receivedAt, elsewhere: true });
    },
    lastBlindness: (name: string): Blindness | null => ended.get(name) ?? null,
    /** We could not listen until now: nobody is silent before that. */
    deafUntil(now: number): void {
      for (const gateway of gateways.values()) gateway.heardAt = Math.max(gateway.heardAt, now);
    },
    /** It has spoken since then. */
    spokeSince: (name: string, at: number): boolean => (gateways.get(name)?.lastAt ?? 0) >= at,
    silences(now: number): Silence[] {
      const found: Silence[] = [];
      for (const [name, gateway] of gateways)
        if (isKnown(gateway) && now - Math.max(gateway.heardAt, gateway.lastAt) > limitMs(gateway, gateway.lastAt))
          found.push({ gateway: name, since: gateway.lastAt, usualMs: usualMs(gateway, gateway.lastAt) });
      return found;
    },
    /**
     * How far a gateway's clock is off: nine in ten of its last events are at most so far ahead of their arrival. Events
     * that wait on their way are late, never early, so that the freshest tell the clock.
     */
    skews(): { gateway: string; skewMs: number }[] {
      return [...gateways].flatMap(([gateway, { skews }]) => {
        if (skews.length < LEAST_SKEWS) return [];
        const sorted = [...skews].sort((a, b) => a - b);
        return [{ gateway, skewMs: sorted[Math.floor(sorted.length * 0.9)]! }];
      });
    },
  };
}

/** As the ledger of gaps keeps it. `startedAt`: since when we run, epoch milliseconds. */
export function gapOf({ gateway, from }: Pick<Blindness, 'gateway' | 'from'>, to: number, startedAt: number): Gap {
  const away = from < startedAt && startedAt <= to;
  const detail = away ? 'Overreach itself was not running for a part of it' : '';
  return { kind: 'silent', source: gateway, partition: 0, fromOffset: 0, toOffset: 0, from, to, detail };
}
