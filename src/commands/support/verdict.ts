import type { Alert, Verdict } from '../../../schemas/alert.ts';
import type { Notifier } from '../../alerts/notifier.ts';
import { afterVerdict, statusOf } from '../../alerts/status.ts';
import type { Store } from '../../stores/store.ts';
import type { RuleBook } from './rule-book.ts';

interface World {
  store: Store;
  rules: Pick<RuleBook, 'addVerdict'>;
  notifier: Pick<Notifier, 'notify'>;
  now(): number;
}

/** Stores a verdict, puts it in force and tells the channels; the alert as it is then, or null where there is none. */
export async function sayVerdict({ store, rules, notifier, now }: World, said: Verdict): Promise<Alert | null> {
  const alert = await store.alert(said.alert_id);
  if (alert === null) return null;
  await store.writeVerdict(said);
  await rules.addVerdict(alert, said);
  await notifier.notify([afterVerdict(alert, said)]);
  return { ...alert, status: statusOf(await store.verdicts(said.alert_id), now()) };
}
