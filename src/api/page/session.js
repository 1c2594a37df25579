import { ask } from './ask.js';
import { el, none, table, time } from './dom.js';

const CALLS = `SELECT occurred_at, server_id, target_name, class, scope, outcome_status, args
FROM v_events
WHERE agent_id = {agent:String} AND session_id = {session:String}
ORDER BY occurred_at DESC LIMIT 20`;

/** The calls of an alert's session in order, asked for when somebody wants to see them. */
export function sessionCalls({ agent, session_id: session }) {
  if (!session) return null;
  const rows = el('div', { className: 'scroll' });
  const load = async () => {
    try {
      const { rows: found } = await ask('/v1/query', { sql: CALLS, params: { agent: agent.id, session } });
      rows.replaceChildren(found.length > 0 ? calls(found.reverse()) : none('The record holds none of them any more.'));
    } catch (error) {
      rows.replaceChildren(none(error.message));
    }
  };
  return el(
    'details',
    { ontoggle: ({ target }) => target.open && load() },
    el('summary', {}, 'The last calls of its session'),
    rows,
  );
}

const calls = (found) =>
  table(
    ['time', 'call', 'class', 'scope', 'outcome', 'arguments'],
    found.map((one) => [
      time(one.occurred_at),
      `${one.server_id}/${one.target_name}`,
      one.class,
      one.scope,
      one.outcome_status,
      one.args,
    ]),
  );
