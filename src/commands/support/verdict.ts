import type { Alert, Verdict } from '../../../schemas/alert.ts';
import type { StormConfig } from '../../../schemas/config/watch.ts';
import { isWithheld } from '../../alerts/intake.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import { isStorm } from '../../alerts/own.ts';
import { afterVerdict, statusOf } from '../../alerts/status.ts';
import type { Store } from '../../stores/store.ts';
import type { RuleBook } from './rule-book.ts';
import { alertsOfStorm } from './storm-alerts.ts';

interface World {
  store: Store;
  rules: Pick<RuleBook, 'addVerdict'>;
  notifier: Pick<Notifier, 'notify'>;
  storm: StormConfig;
  now(): number;
}

/**
 * Stores a verdict, puts it in force and tells the channels; the alert as it is then, or null where there is none. What
 * is said of a storm is said of each alert that it speaks for.
 */
export async function sayVerdict({ store, rules, notifier, storm, now }: World, said: Verdict): Promise<Alert | null> {
  const alert = await store.alert(said.alert_id);
  if (alert === null) return null;
  const single = isStorm(alert) ? await alertsOfStorm(store, alert, storm) : [];
  await store.writeVerdicts([alert, ...single].map(({ alert_id }) => ({ ...said, alert_id })));
  await rules.addVerdict(isStorm(alert) ? single : [alert], said);
  const sent = single.length === 0 ? [] : await store.deliveries(single.map(({ alert_id }) => alert_id));
  const told = new Set(sent.filter((row) => !isWithheld(row)).map(({ alertId }) => alertId));
  const heard = [alert, ...single.filter(({ alert_id }) => told.has(alert_id))];
  await notifier.notify(heard.map((one) => afterVerdict(one, said)));
  return { ...alert, status: statusOf(await store.verdicts(said.alert_id), now()) };
}
