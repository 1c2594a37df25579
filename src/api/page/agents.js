import { addressOf, encoded, named } from './address.js';
import { ask } from './ask.js';
import { el, none, plain, settle, time } from './dom.js';
import { table } from './table.js';

/** What stands in which column; a view's column that is not named here is one for the SQL box. */
const COLUMNS = {
  agent: ({ agent_id: id }) => el('a', { href: addressOf('agent', id) }, plain(id)),
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

const MOST = 200;
let asked = 0;

/** The agents seen last, or the one that the address names. */
export async function agents() {
  const { kind, id } = named();
  asked += 1;
  const mine = asked;
  const found = kind === 'agent' ? await one(id) : (await ask(`/v1/agents?limit=${MOST + 1}`)).agents;
  if (mine !== asked) return;
  if (found.length === 0)
    return settle(
      'agent-table',
      none(kind === 'agent' ? 'No agent of this id has been seen.' : 'No agent has been seen yet.'),
    );
  const rows = found.slice(0, MOST).map((agent) => Object.values(COLUMNS).map((of) => of(agent)));
  settle(
    'agent-table',
    table(Object.keys(COLUMNS), rows),
    ...(found.length > MOST
      ? [none(`Only the ${MOST} seen last are here: name another above, beside the alerts, or ask v_agents below.`)]
      : []),
  );
}

async function one(id) {
  try {
    return [(await ask(`/v1/agents/${encoded(id)}`)).agent];
  } catch (error) {
    if (error.status === 404) return [];
    throw error;
  }
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
