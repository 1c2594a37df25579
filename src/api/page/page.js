import { agents } from './agents.js';
import { alerts } from './alerts.js';
import { token } from './ask.js';
import { byId } from './dom.js';
import { queryBox } from './query.js';
import { status } from './status.js';

const EVERY_MS = 10_000;

function tell(error) {
  const trouble = byId('trouble');
  trouble.hidden = error === null;
  if (error === null) return;
  const isDoor = error.status === 401 || error.status === 403;
  trouble.textContent = isDoor
    ? `${error.message}. Type a token in above.`
    : `Overreach does not answer as it should: ${error.message}`;
  byId('state').textContent = isDoor ? 'a token is needed' : 'not reached';
  byId('state').className = 'high badge';
}

async function refresh(force = false) {
  const results = await Promise.allSettled([status(), alerts(force), agents()]);
  tell(results.find(({ status: outcome }) => outcome === 'rejected')?.reason ?? null);
}

function tokenForm() {
  const forget = byId('token-forget');
  forget.hidden = token.get() === null;
  byId('token').addEventListener('submit', (event) => {
    event.preventDefault();
    token.set(byId('token-value').value.trim());
    byId('token-value').value = '';
    forget.hidden = false;
    refresh(true);
  });
  forget.addEventListener('click', () => {
    token.forget();
    location.reload();
  });
}

tokenForm();
queryBox();
byId('alert-filter').addEventListener('submit', (event) => {
  event.preventDefault();
  refresh(true);
});
addEventListener('hashchange', () => refresh());
refresh();
setInterval(() => {
  if (document.visibilityState === 'visible') refresh();
}, EVERY_MS);
