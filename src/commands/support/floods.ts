import type { Alert } from '../../../schemas/alert.ts';
import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { HOUR } from '../../../schemas/durations.ts';
import type { Event } from '../../../schemas/event.ts';
import { createCrowds } from '../../alerts/watch/crowds.ts';
import { agentFlood } from '../../alerts/watch/words.ts';

/** Gateways in a file that name ever other agents: each is told once, as of the end of its first such hour. */
export function createFloods({ agents_hourly }: Pick<OperationalConfig, 'agents_hourly'>) {
  const crowds = createCrowds({ agents_hourly });
  const told = new Set<string>();
  let last = 0;

  /** What there is to tell of the hour so far. */
  function tell(): Alert[] {
    const found = crowds.crowds(last).filter(({ gateway }) => !told.has(gateway));
    return found.map((one) => {
      told.add(one.gateway);
      return agentFlood(one, agents_hourly, one.since, last);
    });
  }

  return {
    tell,
    /** Takes in an event; answers what there is to tell of the hour that it ends. */
    hear({ body, effectiveAt }: Event): Alert[] {
      const ended = Math.floor(effectiveAt / HOUR) === Math.floor(last / HOUR) ? [] : tell();
      last = effectiveAt;
      crowds.hear(body, effectiveAt);
      return ended;
    },
  };
}
