import { DAY } from '../../../schemas/durations.ts';
import type { Event } from '../../../schemas/event.ts';

/**
 * When lanes must hear of each other. What an agent tells its peers on its first call of a day counts for all from the
 * first event of a later day on (rule R6), whichever lane folds that; between such events no lane can tell what another
 * did. Follows the clocks of the agents as the engine does.
 */
interface Days {
  /** The day that is to be published in every lane before this event, or null: none hears of another for it. */
  next(event: Event): number | null;
  /** Agents met. */
  readonly agents: number;
}

export function createDays(): Days {
  const clocks = new Map<string, number>();
  let published = Number.NEGATIVE_INFINITY;
  /** Days of which something was told after they were published. */
  let late: number[] = [];
  return {
    next({ body, effectiveAt: at }) {
      const clock = clocks.get(body.agent.id);
      const now = clock === undefined ? at : Math.max(clock, at);
      if (clock !== now) clocks.set(body.agent.id, now);
      const day = Math.floor(now / DAY);
      const due = day > published || late.some((told) => told < day);
      if (due) {
        published = Math.max(published, day);
        late = late.filter((told) => told >= day);
      }
      const tells = clock !== undefined && day > Math.floor(clock / DAY);
      if (tells && day < published && !late.includes(day)) late.push(day);
      return due ? day : null;
    },
    get agents() {
      return clocks.size;
    },
  };
}
