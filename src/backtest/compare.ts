import { SEVERITIES, type Severity } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import { utcDay } from '../../schemas/utc.ts';

/** An alert as it was first told. */
export interface ToldAlert {
  alert_id: string;
  agent: string;
  detector: string;
  severity: Severity;
  title: string;
  /** Session, or '' where the alert is about none. */
  session: string;
  /** Epoch milliseconds. */
  at: number;
}

/** What one configuration tells over the time that was looked at. */
export interface Summary {
  alerts: number;
  /** By day (UTC, `2026-11-02`), in order and without holes; by severity within. */
  by_day: [day: string, bySeverity: Record<Severity, number>][];
  /** Those that tell most first, as the agents hit most. */
  by_detector: [detector: string, alerts: number][];
  by_agent: [agent: string, alerts: number][];
}

export interface Difference {
  added: ToldAlert[];
  gone: ToldAlert[];
  /** Agents that were not hit at all before. */
  newly_hit: string[];
}

/** Days from the first to the last of `span`, each with its alerts; alerts come in any order. */
export function summarise(told: readonly ToldAlert[], span: readonly [from: number, to: number]): Summary {
  const days = new Map<string, Record<Severity, number>>();
  const none = (): Record<Severity, number> =>
    Object.fromEntries(SEVERITIES.map((name) => [name, 0])) as Record<Severity, number>;
  for (let day = Math.floor(span[0] / DAY); day <= Math.floor(span[1] / DAY); day += 1)
    days.set(utcDay(day * DAY), none());
  for (const { at, severity } of told) {
    const day = days.get(utcDay(at)) ?? none();
    day[severity] += 1;
    days.set(utcDay(at), day);
  }
  return {
    alerts: told.length,
    by_day: [...days].sort(([a], [b]) => a.localeCompare(b)),
    by_detector: counted(told.map(({ detector }) => detector)),
    by_agent: counted(told.map(({ agent }) => agent)),
  };
}

function counted(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
}

/** Ids are made of content alone, so the same finding has the same id under both configurations. */
export function differenceOf(before: readonly ToldAlert[], after: readonly ToldAlert[]): Difference {
  const known = new Set(before.map(({ alert_id }) => alert_id));
  const still = new Set(after.map(({ alert_id }) => alert_id));
  const hit = new Set(before.map(({ agent }) => agent));
  const added = after.filter(({ alert_id }) => !known.has(alert_id));
  return {
    added,
    gone: before.filter(({ alert_id }) => !still.has(alert_id)),
    newly_hit: [...new Set(added.map(({ agent }) => agent))].filter((agent) => !hit.has(agent)).sort(),
  };
}

/** What labels say of alerts. Shares are null where there is nothing to take them of. */
export interface Quality {
  /** Alerts that were right, of those that anybody judged; for sessions: hijacked ones, of the labelled ones that alert. */
  precision: number | null;
  right: number;
  judged: number;
  /** Hijacked sessions that alert, of all of them; known with labels of sessions only. */
  recall?: number | null;
  hijacked?: number;
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** By verdicts: compromised is right, safe and dismissed are wrong; what nobody judged does not count. */
export function byVerdicts(told: readonly ToldAlert[], verdicts: ReadonlyMap<string, string>): Quality {
  const said = told.map(({ alert_id }) => verdicts.get(alert_id)).filter((verdict) => verdict !== undefined);
  const right = said.filter((verdict) => verdict === 'compromised').length;
  const judged = said.filter((verdict) => verdict !== 'acknowledged').length;
  return { precision: share(right, judged), right, judged };
}

/** By labelled sessions: a session is found where an alert names it. */
export function byLabels(
  told: readonly ToldAlert[],
  labels: readonly { session_id: string; label: string }[],
): Quality {
  const alerted = new Set(told.map(({ session }) => session));
  const hijacked = labels.filter(({ label }) => label === 'hijacked');
  const benign = labels.filter(({ label }) => label === 'benign');
  const found = (of: readonly { session_id: string }[]): number =>
    of.filter(({ session_id }) => alerted.has(session_id)).length;
  const right = found(hijacked);
  const judged = right + found(benign);
  const recall = share(right, hijacked.length);
  return { precision: share(right, judged), right, judged, recall, hijacked: hijacked.length };
}
