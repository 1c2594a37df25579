import { DAY } from '../../schemas/durations.ts';
import type { Event } from '../../schemas/event.ts';
import type { AgentState } from './agent-state.ts';
import type { News } from './pieces.ts';

interface ByAgent<Inputs, Judged> {
  /** An agent of this day came into memory. */
  met(day: number): void;
  /** Folds events that follow each other; the answers are in their order. */
  fold(events: readonly (readonly [Event, News])[], inputs: Inputs): Judged[];
}

const dayOf = ({ effectiveAt }: Event): number => Math.floor(effectiveAt / DAY);

/**
 * Events of the day that is published tell others nothing before a later day (rule R6): they are folded agent by agent,
 * whose state is then at hand in the processor. Agents come in the order of their first event, which alone may tell.
 * All others, the first of a day and late ones, are folded in their turn.
 */
export function createByAgent<Inputs, Judged>(
  touch: (event: Event) => AgentState,
  fold: (agent: AgentState, event: Event, piece: News, inputs: Inputs) => Judged,
): ByAgent<Inputs, Judged> {
  /** The newest day that was published: no agent in memory has a later one. */
  let today = Number.NEGATIVE_INFINITY;
  const met = (day: number): void => {
    today = Math.max(today, day);
  };

  return {
    met,
    fold(events, inputs) {
      const judged = new Array<Judged>(events.length);
      for (let n = 0; n < events.length; ) {
        const [event, piece] = events[n]!;
        if (dayOf(event) !== today) {
          const agent = touch(event);
          judged[n++] = fold(agent, event, piece, inputs);
          met(agent.day);
          continue;
        }
        const placesOf = new Map<AgentState, number[]>();
        for (; n < events.length && dayOf(events[n]![0]) === today; n += 1) {
          const agent = touch(events[n]![0]);
          const places = placesOf.get(agent);
          if (places === undefined) placesOf.set(agent, [n]);
          else places.push(n);
        }
        for (const [agent, places] of placesOf)
          for (const place of places) {
            const [event, piece] = events[place]!;
            judged[place] = fold(agent, event, piece, inputs);
          }
      }
      return judged;
    },
  };
}
