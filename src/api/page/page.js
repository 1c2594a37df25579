import { addressOf, named } from './address.js';
import { agents } from './agents.js';
import { alerts } from './alerts.js';
import { token } from './ask.js';
import { byId, el, say, settle, time } from './dom.js';
import { queryBox } from './query.js';
import { status } from './status.js';

const EVERY_MS = 10_000;

let asOf = null;
let running = 0;

/** What a failure is called in one line, and in words; without one there is what the server says of itself. */
const told = (error) => {
  if (error.status === 401 || error.status === 403)
    return ['a token is needed', `${error.message}. Type a token in above.`];
  if (error.status === undefined)
    return ['not reached', `Overreach is not reached, and what is shown is old: ${error.message}`];
  return ['in trouble', `Overreach does not answer as it should, and what is shown may be old: ${error.message}`];
};

async function refresh() {
  running += 1;
  try {
    const results = await Promise.allSettled([status(), alerts(), agents()]);
    const failed = results.find(({ status: outcome }) => outcome === 'rejected');
    const [state, trouble] = failed === undefined ? [results[0].value.text, ''] : told(failed.reason);
    say('state', state);
    byId('state').className = failed === undefined && results[0].value.isWell ? 'low badge' : 'high badge';
    byId('trouble').hidden = trouble === '';
    say('trouble', trouble);
    if (failed === undefined) asOf = new Date().toISOString();
    if (asOf !== null) settle('as-of', el('span', {}, 'as of ', time(asOf)));
  } finally {
    running -= 1;
  }
}

/** One after the other: a server that stands still is not asked again and again. */
const tick = () => {
  if (document.visibilityState === 'visible' && running === 0) refresh();
};

function tokenForm() {
  const forget = byId('token-forget');
  forget.hidden = token.get() === null;
  byId('token').addEventListener('submit', (event) => {
    event.preventDefault();
    token.set(byId('token-value').value.trim());
    byId('token-value').value = '';
    forget.hidden = false;
    refresh();
  });
  forget.addEventListener('click', () => {
    token.forget();
    location.reload();
  });
}

/** The agent of the filter is that of the address: it can be sent to somebody, and Back goes back. */
function filterForm() {
  const agent = byId('filter-agent');
  const follow = () => {
    const { kind, id } = named();
    agent.value = kind === 'agent' ? id : '';
  };
  byId('alert-filter').addEventListener('submit', (event) => {
    event.preventDefault();
    const at = agent.value === '' ? '#alerts' : addressOf('agent', agent.value);
    if (location.hash === at) refresh();
    else location.hash = at;
  });
  addEventListener('hashchange', () => {
    follow();
    refresh();
  });
  follow();
}

tokenForm();
filterForm();
queryBox();
refresh();
setInterval(tick, EVERY_MS);
document.addEventListener('visibilitychange', tick);
