import { LRUCache } from 'lru-cache';
import { type Alert, severityRank } from '../../schemas/alert.ts';
import type { StormConfig } from '../../schemas/config/watch.ts';
import { type Cause, causeOf, counts, stormId } from './cause.ts';
import type { Routing } from './routing.ts';
import { agentsOf, isStorm, type Member, stormAlert } from './storm-text.ts';

interface Storm {
  id: string;
  cause: Cause;
  members: Map<string, Member>;
  firstAt: number;
  lastAt: number;
  /** Its newest revision that is stored and on its way, and the agents in it then. */
  told: Alert | null;
  toldAgents: number;
}

const MAX_RECENT = 1_000;
const MAX_COUNTED = 20_000;

/**
 * One cause, many agents: where one detector finds one thing (see `causeOf`) at so many agents within so short a time,
 * a single alert tells it, with its agents. Those told before it was a storm stay told; the others are kept and
 * point to it. It is told again when its agents have doubled or its severity rises, and when it is over. Time is that of
 * the alerts, and its id that of its first one: the same alerts make the same storm whenever they come.
 */
export function createStorms(config: StormConfig) {
  const storms = new Map<string, Storm>();
  /** What was opened of late and is no storm yet. */
  const recent = new Map<string, Map<string, Member>>();
  /** Alerts that a storm speaks for -> its id. */
  const partOf = new Map<string, string>();

  /** Each alert counts once, however often it comes. */
  const counted = new LRUCache<string, true>({ max: MAX_COUNTED });

  function count(member: Member): void {
    const cause = causeOf(member.alert, config);
    const { key, quietMs, windowMs } = cause;
    if (counted.has(member.alert.alert_id)) return;
    counted.set(member.alert.alert_id, true);
    const storm = storms.get(key);
    if (storm !== undefined && Math.abs(member.at - storm.lastAt) <= quietMs) {
      storm.members.set(member.alert.alert_id, member);
      storm.lastAt = Math.max(storm.lastAt, member.at);
      return;
    }
    const near = recent.get(key) ?? new Map<string, Member>();
    near.set(member.alert.alert_id, member);
    const newest = Math.max(...[...near.values()].map(({ at }) => at));
    for (const [id, { at }] of near) if (newest - at > windowMs) near.delete(id);
    recent.delete(key);
    recent.set(key, near);
    if (recent.size > MAX_RECENT) recent.delete(recent.keys().next().value!);
    const members = [...near.values()].sort(inOrder);
    if (agentsOf(members).length < cause.agents) return;
    recent.delete(key);
    const first = members[0]!;
    // Alerts may be ahead of our clock, by which storms end: one that nobody has closed yet still is.
    if (storm !== undefined) storms.set(storm.id, storm);
    storms.set(key, {
      id: stormId(cause, first.alert),
      cause,
      members: near,
      firstAt: first.at,
      lastAt: members.at(-1)!.at,
      told: null,
      toldAgents: 0,
    });
  }

  function hasGrown({ told, toldAgents, members }: Storm): boolean {
    const all = [...members.values()];
    return (
      told === null ||
      agentsOf(all).length >= 2 * toldAgents ||
      all.some(({ alert }) => severityRank(alert.severity) > severityRank(told.severity))
    );
  }

  return {
    /** Alerts of the hours before a start, the newest revision of each; and which of them (by id) a storm spoke for. */
    restore(alerts: readonly Alert[], withheld: ReadonlySet<string>): void {
      const memberOf = (alert: Alert): Member => ({ ...newMember(alert), withheld: withheld.has(alert.alert_id) });
      const single = alerts.filter(counts).map((alert) => ({ alert, cause: causeOf(alert, config) }));
      const causes = new Map(single.map(({ alert, cause }) => [stormId(cause, alert), cause]));
      for (const told of alerts) {
        if (!isStorm(told) || told.stage === 'close') continue;
        const cause = causes.get(told.alert_id) ?? causeOf(told, config);
        const same = single.filter((one) => one.cause.key === cause.key).map(({ alert }) => memberOf(alert));
        const at = Date.parse(told.occurred_at);
        storms.set(cause.key, {
          id: told.alert_id,
          cause,
          members: new Map(same.map((member) => [member.alert.alert_id, member])),
          firstAt: Math.min(at, ...same.map((member) => member.at)),
          lastAt: at,
          told,
          toldAgents: Math.max(cause.agents, agentsOf(same).length),
        });
      }
      const opened = alerts.filter((alert) => counts(alert) && alert.stage === 'open').map(memberOf);
      for (const member of opened.sort(inOrder)) count(member);
    },
    /** Which of these alerts (by id) a storm speaks for, and the new revisions of storms. May be asked again. */
    take(alerts: readonly Alert[]): { told: Alert[]; partOf: ReadonlyMap<string, string> } {
      const opened = alerts.filter((alert) => counts(alert) && alert.stage === 'open').map(newMember);
      for (const member of opened.sort(inOrder)) count(member);
      for (const { alert } of opened) {
        const storm = storms.get(causeOf(alert, config).key);
        const member = storm?.members.get(alert.alert_id);
        if (storm === undefined || member === undefined) continue;
        member.withheld = true;
        partOf.set(alert.alert_id, storm.id);
      }
      const grown = [...storms.values()].filter(hasGrown);
      return { told: grown.map((storm) => stormAlert(storm, storm.told === null ? 'open' : 'update')), partOf };
    },
    /** These revisions are stored, and on their way. */
    settle(told: readonly Alert[]): void {
      for (const storm of storms.values()) {
        const alert = told.find(({ alert_id }) => alert_id === storm.id);
        if (alert === undefined) continue;
        storm.told = alert;
        storm.toldAgents = agentsOf([...storm.members.values()]).length;
      }
    },
    /** A storm goes where its alerts would have gone, for it speaks for them, and where its own routes lead. */
    routed:
      (routing: Routing): Routing =>
      (alert, at) => {
        const storm = isStorm(alert) ? [...storms.values()].find(({ id }) => id === alert.alert_id) : undefined;
        if (storm === undefined) return routing(alert, at);
        const ways = [alert, ...[...storm.members.values()].map((member) => member.alert)].flatMap((one) =>
          routing(one, at),
        );
        // Of several ways over one channel the soonest.
        const sorted = ways.sort((a, b) => b.notBefore - a.notBefore);
        return [...new Map(sorted.map((way) => [way.channel, way])).values()];
      },
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
        for (const id of storm.members.keys()) partOf.delete(id);
      }
    },
  };
}

const newMember = (alert: Alert): Member => ({ alert, at: Date.parse(alert.occurred_at), withheld: false });
const inOrder = (a: Member, b: Member): number => a.at - b.at || (a.alert.alert_id < b.alert.alert_id ? -1 : 1);
