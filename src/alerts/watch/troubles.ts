import type { Alert } from '../../../schemas/alert.ts';
import { over } from '../operational.ts';
import type { OperationalReason } from '../operational-steps.ts';

/** Something that is wrong now. */
export interface Trouble {
  /** Kind and part: there is one alert for both at a time. */
  reason: OperationalReason;
  subject: string;
  /** Since when, where that is known; else since it was first seen. */
  since?: number;
  /** It must last for so long before it is told. */
  lastsMs?: number;
  alert(since: number): Alert;
  /** The next revision of what is open, where there is more to say of it now. */
  update?(opened: Alert): Alert | null;
}

interface TroublesOptions {
  cooldownMs: number;
  /** Stores and sends; what it cannot store is tried again at the next look. */
  tell(alert: Alert): Promise<void>;
}

const keyOf = (reason: string, subject: string): string => `${reason}\n${subject}`;

/**
 * Each trouble once: it opens when it has lasted, closes when it is over, and the same does not open again within the
 * cooldown. Open ones are taken up again after a restart.
 */
export function createTroubles({ cooldownMs, tell }: TroublesOptions) {
  const open = new Map<string, Alert>();
  /** Told anew before it was seen to be over: the new alert goes on, these are closed at the next look. */
  const replaced: Alert[] = [];
  const firstSeen = new Map<string, number>();
  const toldAt = new Map<string, number>();

  return {
    open,
    /** Newest revision of the operational alerts that the record holds, or one that somebody else has just told. */
    restore(alerts: readonly Alert[]): void {
      for (const alert of alerts) {
        const key = keyOf(alert.reason, alert.target ?? '');
        const at = Date.parse(alert.occurred_at);
        if (at >= (toldAt.get(key) ?? 0)) toldAt.set(key, at);
        if (alert.stage === 'close' || alert.status === 'resolved') continue;
        const other = open.get(key);
        const isOlder = other !== undefined && Date.parse(other.occurred_at) > at;
        if (other !== undefined && other.alert_id !== alert.alert_id) replaced.push(isOlder ? alert : other);
        if (!isOlder) open.set(key, alert);
      }
    },
    /**
     * What stands now of these reasons; what was open of them and stands no more is closed. `closing` words the closing
     * message where it has more to say.
     */
    async look(
      reasons: readonly string[],
      standing: readonly Trouble[],
      now: number,
      closing: (opened: Alert) => Alert = (opened) => over(opened, now),
    ): Promise<void> {
      const here = new Set<string>();
      for (const trouble of standing) {
        const key = keyOf(trouble.reason, trouble.subject);
        here.add(key);
        const first = firstSeen.get(key) ?? now;
        firstSeen.set(key, first);
        const opened = open.get(key);
        const more = (opened && trouble.update?.(opened)) ?? null;
        if (more !== null) {
          await tell(more);
          open.set(key, more);
        }
        if (opened !== undefined || now - first < (trouble.lastsMs ?? 0)) continue;
        if (now - (toldAt.get(key) ?? Number.NEGATIVE_INFINITY) < cooldownMs) continue;
        const alert = trouble.alert(trouble.since ?? first);
        await tell(alert);
        open.set(key, alert);
        toldAt.set(key, now);
      }
      for (const key of [...firstSeen.keys()]) if (isOf(key, reasons) && !here.has(key)) firstSeen.delete(key);
      for (const old of replaced.filter(({ reason }) => reasons.includes(reason))) {
        await tell(over(old, now));
        replaced.splice(replaced.indexOf(old), 1);
      }
      for (const [key, opened] of [...open])
        if (isOf(key, reasons) && !here.has(key)) {
          await tell(closing(opened));
          open.delete(key);
        }
    },
  };
}

const isOf = (key: string, reasons: readonly string[]): boolean => reasons.includes(key.slice(0, key.indexOf('\n')));
