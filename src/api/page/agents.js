import { ask } from './ask.js';
import { el, none, show, table, time } from './dom.js';

/** What stands in which column; a view's column that is not named here is one for the SQL box. */
const COLUMNS = {
  agent: ({ agent_id: id }) => id,
  name: ({ agent_name: name }) => name,
  learned: ({ learning }) => learned(learning),
  'calls tried': ({ calls }) => calls,
  'out of scope': ({ out_of_scope: out }) => out,
  denied: ({ denied_share: share }) => `${(Number(share ?? 0) * 100).toFixed(1)} %`,
  last: ({ last_seen: at }) => time(at ?? ''),
  classes: ({ classes }) => classes,
  servers: ({ servers }) => servers,
  sessions: ({ sessions }) => sessions,
  since: ({ first_seen: at }) => time(at ?? ''),
};

export async function agents() {
  const { agents: found } = await ask('/v1/agents?limit=200');
  if (found.length === 0) return show('agent-table', none('No agent has been seen yet.'));
  const rows = found.map((agent) => Object.values(COLUMNS).map((of) => of(agent)));
  show('agent-table', table(Object.keys(COLUMNS), rows));
}

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
