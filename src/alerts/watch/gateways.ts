import type { OperationalConfig } from '../../../schemas/watch.ts';

/** What is known of one gateway's habit, as it is read from the record at start. Times in epoch milliseconds. */
export interface GatewayHabit {
  gateway: string;
  firstAt: number;
  lastAt: number;
  /** Longest silence that began in an hour of the week (UTC, 0 is Thursday 00:00, as the epoch began), and when. */
  slots: { slot: number; gapMs: number; at: number }[];
}

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
}

const MINUTE = 60_000;
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
    const fresh = (gaps: readonly ({ gapMs: number; at: number } | undefined)[]): number[] =>
      gaps.flatMap((gap) => (gap !== undefined && at - gap.at < HABIT_MS ? gap.gapMs : []));
    const known = fresh(near);
    return Math.max(0, ...(near[1] === undefined || known.length === 0 ? fresh([...slots.values()]) : known));
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

  return {
    /** What the record knows of before the start. */
    restore(habits: readonly GatewayHabit[]): void {
      for (const { gateway, firstAt, lastAt, slots } of habits)
        if (startedAt - lastAt < RETIRED_MS && !gateways.has(gateway))
          gateways.set(gateway, {
            firstAt,
            lastAt,
            heardAt: startedAt,
            slots: new Map(slots.map(({ slot, gapMs, at }) => [slot, { gapMs, at }])),
            told: new Map(),
            skews: [],
          });
    },
    /** One live event. Returns the blindness that it ends, if it was silent for longer than it should. */
    hear(name: string, receivedAt: number, occurredAt: number, now: number): Blindness | null {
      let gateway = gateways.get(name);
      if (gateway === undefined) {
        if (gateways.size >= MAX_GATEWAYS) forgetRetired(now);
        if (gateways.size >= MAX_GATEWAYS) return null;
        gateway = {
          firstAt: receivedAt,
          lastAt: receivedAt,
          heardAt: now,
          slots: new Map(),
          told: new Map(),
          skews: [],
        };
        gateways.set(name, gateway);
      }
      gateway.heardAt = now;
      if (gateway.skews.push(occurredAt - receivedAt) > SKEWS) gateway.skews.shift();
      const from = gateway.lastAt;
      if (receivedAt <= from) return null;
      const blind = isKnown(gateway) && receivedAt - from > limitMs(gateway, from);
      learn(gateway, from, receivedAt - from);
      gateway.lastAt = receivedAt;
      if (!blind) return null;
      const end = { gateway: name, from, to: receivedAt };
      ended.set(name, end);
      return end;
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

/**
 * The habits in the record, of the last five weeks: minutes in which a gateway spoke, and the silences between them.
 * Silences within a minute count as none.
 */
export const HABITS_SQL = `
WITH minutes AS (
  SELECT source_instance AS gateway, min(received_at) AS first, max(received_at) AS last
  FROM events WHERE received_at > fromUnixTimestamp64Milli({since:Int64}) AND source_instance != ''
  GROUP BY gateway, toStartOfMinute(received_at)
), gaps AS (
  SELECT gateway, last AS at, leadInFrame(first, 1, last) OVER (PARTITION BY gateway ORDER BY first ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next
  FROM minutes
)
SELECT gateway, intDiv(toUnixTimestamp(at), 3600) % 168 AS slot,
  max(dateDiff('millisecond', at, next)) AS gap, toUnixTimestamp64Milli(argMax(at, dateDiff('millisecond', at, next))) AS gap_at,
  toUnixTimestamp64Milli(min(at)) AS first_at, toUnixTimestamp64Milli(max(at)) AS last_at
FROM gaps GROUP BY gateway, slot ORDER BY gateway, slot LIMIT 100000`;

/** Rows of HABITS_SQL, a gateway each. */
export function habitsOf(rows: readonly Record<string, unknown>[]): GatewayHabit[] {
  const found = new Map<string, GatewayHabit>();
  for (const row of rows) {
    const gateway = String(row.gateway);
    const habit = found.get(gateway) ?? { gateway, firstAt: Number.POSITIVE_INFINITY, lastAt: 0, slots: [] };
    habit.firstAt = Math.min(habit.firstAt, Number(row.first_at));
    habit.lastAt = Math.max(habit.lastAt, Number(row.last_at));
    habit.slots.push({ slot: Number(row.slot), gapMs: Math.max(0, Number(row.gap)), at: Number(row.gap_at) });
    found.set(gateway, habit);
  }
  return [...found.values()];
}
