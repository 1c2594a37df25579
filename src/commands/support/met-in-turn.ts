import type { Alert } from '../../../schemas/alert.ts';
import type { StormConfig } from '../../../schemas/config/watch.ts';
import { isMetInTurn } from '../../alerts/cause.ts';
import { createStorms } from '../../alerts/storm.ts';

/**
 * What one server or person does and agents meet in turn is one story, in a file as where alerts are sent: the first agent's
 * alert, and one that counts the agents after it. All else stays as it was found.
 */
export function createMetInTurn(config: StormConfig) {
  const storms = createStorms(config, () => []);
  const spokenFor = new Set<string>();
  return {
    /** Alerts that another one speaks for, and that were left out. */
    get left(): number {
      return spokenFor.size;
    },
    /** Alerts of one event: those to tell, and what is told in place of others. */
    fold(alerts: readonly Alert[]): Alert[] {
      const met = alerts.filter(isMetInTurn);
      if (met.length === 0) return [...alerts];
      const { told, partOf } = storms.take(met);
      storms.settle(told);
      for (const id of partOf.keys()) spokenFor.add(id);
      return [...alerts.filter(({ alert_id }) => !spokenFor.has(alert_id)), ...told];
    },
  };
}
