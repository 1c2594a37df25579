/** What is known of one gateway's habit, as it is read from the record at start. Times in epoch milliseconds. */
export interface GatewayHabit {
  gateway: string;
  firstAt: number;
  lastAt: number;
  /** Longest silence that began in an hour of the week (UTC, 0 is Thursday 00:00, as the epoch began), and when. */
  slots: { slot: number; gapMs: number; at: number }[];
}

/**
 * The habits in the record, of the last five weeks: minutes in which a gateway spoke, and the silences between them.
 * Silences within a minute count as none, and what was filled in (received when it occurred) says nothing.
 */
export const HABITS_SQL = `
WITH minutes AS (
  SELECT source_instance AS gateway, min(received_at) AS first, max(received_at) AS last
  FROM events WHERE received_at > fromUnixTimestamp64Milli({since:Int64}) AND source_instance != '' AND received_at != occurred_at
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
