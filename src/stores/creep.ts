import { utcDay } from '../../schemas/utc.ts';
import type { Connection } from './connection.ts';
import { encode, plainLine } from './lines.ts';
import type { Store } from './store.ts';

/** The history of the creep index: the same agent and day written again replaces its row. */
export const createCreepStore = (connection: Connection): Pick<Store, 'writeCreepDays'> => ({
  async writeCreepDays(days) {
    const line = ({ agent, day, creep, undeclared, inUse, counted, tooNew, ...rest }: (typeof days)[number]): string =>
      plainLine({
        agent_id: agent,
        day: utcDay(day),
        creep,
        undeclared,
        in_use: inUse,
        counted,
        too_new: tooNew,
        terms: JSON.stringify(rest.terms),
        undeclared_terms: JSON.stringify(rest.undeclaredTerms),
      });
    if (days.length > 0) await connection.insert('creep_index', await encode(days, line));
  },
});
