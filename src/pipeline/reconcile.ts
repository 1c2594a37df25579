import { DAY, HOUR } from '../../schemas/durations.ts';
import type { Store } from '../stores/store.ts';

/** What was counted of a partition, up to its newest checkpoint, beside the rows that are stored of it. */
export interface Reconciled {
  partition: string;
  /** Epoch in which its log began; 0 for the first of that name. */
  epoch: number;
  from: number;
  /** One past the last offset. */
  to: number;
  folded: number;
  rejected: number;
  duplicates: number;
  dropped: number;
  /** Events and rejects that stand in the record at places of the range. */
  stored: number;
  /** Counted and not stored; below zero: stored and not counted. */
  missing: number;
  /** When the counting began, epoch milliseconds. */
  since: number;
}

/** Rows of a log that was made anew before rows said so: those of the log before it are older by far. */
const SLACK_SECONDS = 600;
const LIMITS = { maxRows: 100_000, maxSeconds: 300, maxBytes: 1 << 28 };

const NEWEST = `newest AS (
  SELECT partition, tupleElement(last, 1) AS state, tupleElement(last, 2) AS next, tupleElement(last, 3) AS epoch
  FROM (SELECT partition, argMax((state, next_offset, epoch), (epoch, next_offset, saved_at)) AS last FROM checkpoints GROUP BY partition)
  WHERE JSONHas(state, 'tally')
), ranges AS (
  SELECT partition, next, JSONExtractUInt(state, 'remade', -1) AS log, JSONExtractUInt(state, 'tally', 'from') AS start, JSONExtractUInt(state, 'tally', 'at') AS at,
    JSONExtractUInt(state, 'tally', 'folded') AS folded, JSONExtractUInt(state, 'tally', 'rejected') AS rejected,
    JSONExtractUInt(state, 'tally', 'duplicates') AS duplicates, JSONExtractUInt(state, 'tally', 'dropped') AS dropped,
    if(epoch = 0 OR log > 0, 0, intDiv(at, 1000) - ${SLACK_SECONDS}) AS oldest
  FROM newest
)`;
const rowsOf = (table: string): string =>
  `SELECT t.partition AS partition, uniqExact(t.offset, t.record_index) AS n FROM ${table} AS t INNER JOIN ranges AS r ON t.partition = r.partition
  WHERE t.offset >= r.start AND t.offset < r.next AND t.epoch = r.log AND toUnixTimestamp(t.stored_at) >= r.oldest GROUP BY partition`;

/** A row a partition. Every manifest says up to where it counts, so that the answer holds while the fold goes on. */
export const RECONCILE_SQL = `WITH ${NEWEST}
SELECT r.partition AS partition, r.log AS epoch, r.start AS start, r.next AS next, r.at AS at, r.folded AS folded, r.rejected AS rejected,
  r.duplicates AS duplicates, r.dropped AS dropped, toUInt64(e.n + j.n) AS stored
FROM ranges AS r LEFT JOIN (${rowsOf('events')}) AS e ON e.partition = r.partition LEFT JOIN (${rowsOf('rejects')}) AS j ON j.partition = r.partition
ORDER BY partition`;

export function reconciledOf(row: Record<string, unknown>): Reconciled {
  const number = (name: string): number => Number(row[name]);
  const [folded, rejected, stored] = [number('folded'), number('rejected'), number('stored')];
  return {
    partition: String(row.partition),
    epoch: number('epoch'),
    from: number('start'),
    to: number('next'),
    folded,
    rejected,
    duplicates: number('duplicates'),
    dropped: number('dropped'),
    stored,
    missing: folded + rejected - stored,
    since: number('at'),
  };
}

export const reconcile = async (store: Pick<Store, 'query'>): Promise<Reconciled[]> =>
  (await store.query(RECONCILE_SQL, LIMITS)).rows.map(reconciledOf);

/** The same range again, later: rows that came back, as of a replica that was behind, are missing no more. */
export async function again(store: Pick<Store, 'query'>, one: Reconciled): Promise<Reconciled> {
  const { partition, epoch, from, to } = one;
  const places = (table: string): string =>
    `(SELECT uniqExact(offset, record_index) FROM ${table} WHERE partition = {partition:String} AND epoch = {epoch:UInt32} AND offset >= {from:UInt64} AND offset < {to:UInt64})`;
  const sql = `SELECT toUInt64(${places('events')} + ${places('rejects')}) AS stored`;
  const { rows } = await store.query(sql, LIMITS, { partition, epoch, from, to });
  const stored = Number(rows[0]!.stored);
  // What stood at another place still does, and merges take its repeat away: it comes nearer to none, and no further.
  const [least, most] = [Math.min(0, one.missing), Math.max(0, one.missing)];
  return { ...one, stored, missing: Math.min(most, Math.max(least, one.missing + one.stored - stored)) };
}

/** Retention may have taken rows of the range by then: what is not there says nothing. */
export const isPast = ({ since }: Pick<Reconciled, 'since'>, eventsDays: number, at: number): boolean =>
  since + eventsDays * DAY - HOUR < at;

/** Keys looked for in one query. */
const PORTION = 5_000;

/**
 * How many of those that are missing stand in the record all the same, where they came first: repeats from before the
 * window in which the fold tells them. `keys`: offset and beginning of the key of what was folded in the range.
 */
export async function keptElsewhere(
  store: Pick<Store, 'query'>,
  { partition, epoch, from, to }: Reconciled,
  keys: Iterable<{ offset: number; key: string }>,
): Promise<number> {
  const limits = { ...LIMITS, maxRows: 10_000_000 };
  const here =
    'SELECT DISTINCT offset FROM events WHERE partition = {partition:String} AND epoch = {epoch:UInt32} AND offset >= {from:UInt64} AND offset < {to:UInt64}';
  const { rows } = await store.query(here, limits, { partition, epoch, from, to });
  const present = new Set(rows.map(({ offset }) => Number(offset)));
  const gone = [...keys].filter(({ offset }) => offset >= from && offset < to && !present.has(offset));
  let found = 0;
  for (let at = 0; at < gone.length; at += PORTION) {
    const list = gone.slice(at, at + PORTION).map(({ key }) => key);
    const sql =
      'SELECT uniqExact(substring(event_key, 1, 16)) AS n FROM events WHERE substring(event_key, 1, 16) IN {list:Array(String)}';
    found += Number((await store.query(sql, limits, { list })).rows[0]!.n);
  }
  return found;
}
