import type { Alert } from '../../../schemas/alert.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import { over } from '../operational.ts';
import type { Overstepping } from './overstepping.ts';
import type { createRefusals } from './refusals.ts';
import type { Trouble } from './troubles.ts';
import { overstepped } from './words.ts';

/** Tokens that speak for agents which are not their own, as troubles that grow with each new name. */
interface Heard {
  refusals: Pick<ReturnType<typeof createRefusals>, 'oversteppings' | 'overstepping'>;
}

/** Whoever tries one agent after the other is told of no oftener. */
const UPDATE_MS = 5 * MINUTE;

export const overstepping = ({ refusals }: Heard, at: number): Trouble[] =>
  refusals.oversteppings(at).map((one) => ({
    reason: 'forbidden_agent',
    subject: one.token,
    since: one.since,
    alert: () => overstepped(one, at),
    update(opened) {
      const told = new Set(opened.proof.contributors.map(({ name }) => name));
      const isNews = [...one.agents.keys()].some((agent) => !told.has(agent));
      if (!isNews || at - Date.parse(opened.occurred_at) < UPDATE_MS) return null;
      return { ...renewed(opened, one, at), revision: opened.revision + 1, stage: 'update' };
    },
  }));

const renewed = ({ alert_id, revision }: Alert, one: Overstepping, at: number): Alert => ({
  ...overstepped(one, at),
  alert_id,
  revision,
});

/** The closing of what was open, with all that was seen until its end. */
export function closingOf(opened: Alert, { refusals }: Heard, at: number): Alert {
  const one = opened.reason === 'forbidden_agent' ? refusals.overstepping(opened.target ?? '') : undefined;
  if (one === undefined) return over(opened, at);
  return over({ ...renewed(opened, one, at), occurred_at: opened.occurred_at }, at);
}
