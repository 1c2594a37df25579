import { LRUCache } from 'lru-cache';
import type { Alert, Severity } from '../../schemas/alert.ts';
import type { StormConfig } from '../../schemas/config/watch.ts';
import { causeOf, counts, stormId } from './cause.ts';
import type { Spoken } from './intake.ts';
import { inOrder, type Member, memberOf, partIn } from './member.ts';
import { hasGrown, newStorm, type Storm } from './one-storm.ts';
import { isStorm } from './own.ts';
import type { Routing } from './routing.ts';
import { stormAlert } from './storm-text.ts';
import { add, speak } from './tally.ts';

const MAX_RECENT = 1_000;
const MAX_COUNTED = 20_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * One cause, many agents: where one detector finds one thing (see `causeOf`) at so many agents within so short a time,
 * a single alert tells it, with its agents. Those told before it was a storm stay told; the others are kept and
 * point to it. It is told again when its agents have doubled, its severity rises or one of its alerts would have gone to
 * somebody who has not heard of it, and when it is over; what became critical is told by itself. Time is that of the
 * alerts, and its id that of its first one: the same alerts make the same storm whenever they come.
 */
export function createStorms(config: StormConfig, routing: Routing) {
  const storms = new Map<string, Storm>();
  /** What was opened of late and is no storm yet. */
  const recent = new Map<string, Map<string, Member>>();
  /** Each alert counts once, however often it comes: by id, where it was counted. */
  const counted = new LRUCache<string, { storm: Storm | null; withheld: boolean }>({ max: MAX_COUNTED });

  function join(storm: Storm, { alert, at }: Member, withheld = false): void {
    counted.set(alert.alert_id, { storm, withheld });
    add(storm.tally, alert, routing);
    if (withheld) storm.withheld += 1;
    storm.firstAt = Math.min(storm.firstAt, at);
    // What goes on is nobody new.
    if (alert.stage === 'open') storm.lastAt = Math.max(storm.lastAt, at);
  }

  function begin(storm: Storm): void {
    const { key } = storm.cause;
    const before = storms.get(key);
    // Alerts may be ahead of our clock, by which storms end: one that nobody has closed yet still is.
    if (before !== undefined) storms.set(before.id, before);
    storms.set(key, storm);
  }

  function count(member: Member): void {
    const { alert_id: id } = member.alert;
    if (counted.has(id)) return;
    const cause = causeOf(member.alert, config);
    const { key, quietMs, windowMs } = cause;
    const storm = storms.get(key);
    if (storm !== undefined && Math.abs(member.at - storm.lastAt) <= quietMs) {
      join(storm, member);
      return;
    }
    counted.set(id, { storm: null, withheld: false });
    const near = recent.get(key) ?? new Map<string, Member>();
    near.set(id, member);
    const newest = Math.max(...[...near.values()].map(({ at }) => at));
    for (const [other, { at }] of near) if (newest - at > windowMs) near.delete(other);
    recent.delete(key);
    recent.set(key, near);
    if (recent.size > MAX_RECENT) recent.delete(recent.keys().next().value!);
    const members = [...near.values()].sort(inOrder);
    if (new Set(members.map(({ alert }) => alert.agent.id)).size < cause.agents) return;
    recent.delete(key);
    const first = members[0]!;
    const begun = newStorm(stormId(cause, first.alert), cause, first.at);
    begin(begun);
    for (const one of members) join(begun, one);
  }

  /** A storm goes where its alerts would have gone, for it speaks for them, and where its own routes lead. */
  const routed: Routing = (alert, at) => {
    const storm = isStorm(alert) ? [...storms.values()].find(({ id }) => id === alert.alert_id) : undefined;
    if (storm === undefined) return routing(alert, at);
    const ways = [alert, ...[...storm.tally.ways.values()].map((way) => way.alert)].flatMap((one) => routing(one, at));
    // Of several ways over one channel the soonest.
    const sorted = ways.sort((a, b) => b.notBefore - a.notBefore);
    return [...new Map(sorted.map((way) => [way.channel, way])).values()];
  };

  const channelsOf = (told: Alert): Set<string> => new Set(routed(told, 0).map(({ channel }) => channel));

  return {
    /** Alerts of the hours before a start, the newest revision of each; and which of them (by id) which storm spoke for. */
    restore(alerts: readonly Alert[], withheld: ReadonlyMap<string, string>): void {
      const single = alerts
        .filter(counts)
        .map(memberOf)
        .sort(inOrder)
        .map((member) => ({ member, cause: causeOf(member.alert, config) }));
      const firsts = new Map(single.map((one) => [stormId(one.cause, one.member.alert), one]));
      const open = alerts.filter((alert) => isStorm(alert) && alert.stage !== 'close').map(memberOf);
      for (const { alert: told, at } of open.sort(inOrder)) {
        const first = firsts.get(told.alert_id);
        const cause = first?.cause ?? causeOf(told, config);
        const storm = newStorm(told.alert_id, cause, at);
        begin(storm);
        for (const { member, cause: own } of single) {
          if (own.key !== cause.key) continue;
          const { alert_id: id } = member.alert;
          const by = withheld.get(id);
          const part = partIn({ id: storm.id, windowMs: cause.windowMs }, first?.member, member, by);
          if (part === 'part') join(storm, member, by !== undefined);
          if (part === 'before') counted.set(id, { storm: null, withheld: false });
        }
        storm.told = told;
        storm.toldAgents = Math.max(cause.agents, storm.tally.agents.size);
        storm.toldOver = channelsOf(told);
      }
      for (const { member } of single) if (member.alert.stage === 'open') count(member);
    },
    /** Of these the ids that came before, and were not kept then: they may have gone out by themselves. */
    metBefore: (alerts: readonly Alert[]): string[] =>
      alerts.map(({ alert_id: id }) => id).filter((id) => counted.get(id)?.withheld === false),
    /**
     * Which of these alerts (by id) a storm speaks for, and the new revisions of storms. May be asked again. `sent`: what
     * went out by itself is none that a storm keeps.
     */
    take(
      alerts: readonly Alert[],
      sent: ReadonlySet<string> = NONE,
    ): { told: Alert[]; partOf: ReadonlyMap<string, Spoken> } {
      const opened = alerts.filter((alert) => counts(alert) && alert.stage === 'open').map(memberOf);
      for (const member of opened.sort(inOrder)) count(member);
      for (const alert of alerts.filter(({ stage, severity }) => stage === 'update' && severity !== 'critical')) {
        const place = counted.get(alert.alert_id);
        if (place?.withheld && place.storm !== null) speak(place.storm.tally, alert, routing);
      }
      const partOf = new Map<string, Spoken>();
      for (const { alert } of opened) {
        const place = counted.get(alert.alert_id);
        if (place === undefined || place.storm === null || sent.has(alert.alert_id)) continue;
        if (!place.withheld) place.storm.withheld += 1;
        place.withheld = true;
        partOf.set(alert.alert_id, { storm: place.storm.id, severity: place.storm.tally.gravest!.severity });
      }
      const grown = [...storms.values()].filter(hasGrown);
      return { told: grown.map((storm) => stormAlert(storm, storm.told === null ? 'open' : 'update')), partOf };
    },
    /** How grave a storm is that is not over. */
    severityOf: (storm: string): Severity | undefined =>
      [...storms.values()].find(({ id }) => id === storm)?.tally.gravest?.severity,
    /** These revisions are stored, and on their way. */
    settle(told: readonly Alert[]): void {
      for (const storm of storms.values()) {
        const alert = told.find(({ alert_id }) => alert_id === storm.id);
        if (alert === undefined) continue;
        storm.told = alert;
        storm.toldAgents = storm.tally.agents.size;
        storm.toldOver = channelsOf(alert);
      }
    },
    routed,
    /** Storms to which nobody came for a while are over: their closing messages, as of when they ended. */
    due(now: number): Alert[] {
      return [...storms.values()]
        .filter(({ lastAt, told, cause }) => told !== null && now - lastAt > cause.quietMs)
        .map((storm) => ({
          ...stormAlert(storm, 'close'),
          occurred_at: new Date(storm.lastAt + storm.cause.quietMs).toISOString(),
        }));
    },
    /** Their closing messages are on their way. */
    end(closed: readonly Alert[]): void {
      for (const [key, storm] of [...storms]) {
        if (!closed.some(({ alert_id }) => alert_id === storm.id)) continue;
        storms.delete(key);
        for (const place of counted.values()) if (place.storm === storm) place.storm = null;
      }
    },
  };
}
