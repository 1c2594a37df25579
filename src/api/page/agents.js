import { ask } from './ask.js';
import { el, none, show, table, time } from './dom.js';

const IS_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** Columns of the view as they come, the agent and how far it has learned first. */
export async function agents() {
  const { agents: found } = await ask('/v1/agents?limit=200');
  if (found.length === 0) return show('agent-table', none('No agent has been seen yet.'));
  const more = Object.keys(found[0]).filter((name) => name !== 'agent_id' && name !== 'learning');
  const rows = found.map((agent) => [
    agent.agent_id,
    learned(agent.learning),
    ...more.map((name) => value(agent[name])),
  ]);
  show('agent-table', table(['agent', 'learned', ...more.map((name) => name.replaceAll('_', ' '))], rows));
}

const value = (one) =>
  typeof one === 'string' && IS_TIME.test(one) ? time(one.includes('T') ? one : `${one.replace(' ', 'T')}Z`) : one;

function learned(progress) {
  if (progress === undefined) return '';
  const { seen, of, share } = progress;
  const percent = `${Math.floor(share * 100)} %`;
  return el(
    'span',
    { title: `${seen} of ${of}` },
    el('meter', { min: 0, max: 1, value: share, ariaLabel: percent }),
    ` ${percent}`,
  );
}
