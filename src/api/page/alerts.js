import { ask } from './ask.js';
import { byId, el, none, plain, show, time } from './dom.js';
import { openQuery } from './query.js';
import { sessionCalls } from './session.js';

let shown = '';

export async function alerts(force = false) {
  const wanted = new URLSearchParams({ limit: '50' });
  for (const [name, value] of new FormData(byId('alert-filter'))) if (value !== '') wanted.set(name, value);
  const { alerts: found } = await ask(`/v1/alerts?${wanted}`);
  // Cards that a person is reading are not made anew under him while nothing has changed.
  const now = JSON.stringify(found);
  if (now === shown && !force) return;
  shown = now;
  show('alert-cards', ...(found.length > 0 ? found.map(card) : [none('No alerts.')]));
}

function card(alert) {
  const { proof, agent } = alert;
  const note = el('p', { role: 'status', className: 'soft' });
  return el(
    'article',
    { className: `card ${alert.severity}` },
    el(
      'div',
      { className: 'meta' },
      el('span', { className: 'badge' }, alert.severity),
      el('span', {}, alert.stage === 'close' ? `${alert.status}, over` : alert.status),
      el('span', {}, time(alert.occurred_at)),
      el('span', {}, plain(agent.name ? `${agent.id} (${agent.name})` : agent.id)),
      agent.owner ? el('span', {}, plain(`owner ${agent.owner}`)) : null,
      el('span', {}, alert.detector),
      alert.suppressed_count > 0 ? el('span', {}, `and ${alert.suppressed_count} more like it`) : null,
    ),
    el('h3', {}, plain(alert.title)),
    el('p', {}, plain(alert.summary)),
    el(
      'dl',
      {},
      pair('seen', proof.seen),
      pair('expected', proof.expected),
      pair('baseline', `${proof.n} observations over ${proof.window}`),
      pair('score', `${alert.score.toFixed(1)}, threshold ${proof.threshold} (${odds(alert.score)})`),
      pair('privilege', `${alert.class}, scope ${alert.scope}${alert.grant_id ? `, grant ${alert.grant_id}` : ''}`),
      (alert.on_behalf_of ?? []).length > 0 ? pair('on behalf of', alert.on_behalf_of.join(', ')) : [],
      proof.contributors.length > 0
        ? pair('because of', proof.contributors.map(({ name, value }) => `${name} ${value.toFixed(1)}`).join(', '))
        : [],
    ),
    sessionCalls(alert),
    el('details', {}, el('summary', {}, 'SQL that shows it'), el('pre', {}, plain(proof.sql)), acts(proof.sql, note)),
    el('details', {}, el('summary', {}, 'Say what it was'), verdicts(alert, note)),
    note,
  );
}

const pair = (name, value) => [el('dt', {}, name), el('dd', {}, plain(value))];
const odds = (score) =>
  score >= 15 ? 'practically never by chance' : `one in ${Math.round(10 ** score).toLocaleString()} by chance`;

function acts(sql, note) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(sql);
      note.textContent = 'Copied.';
    } catch {
      note.textContent = 'The browser lets a page copy only over https or on this machine; open it below instead.';
    }
  };
  return el(
    'div',
    { className: 'acts' },
    el('button', { type: 'button', onclick: copy }, 'Copy'),
    el('button', { type: 'button', onclick: () => openQuery(sql) }, 'Open in the SQL box'),
  );
}

const MEANINGS = {
  safe: 'Safe: do not flag the like again',
  dismissed: 'Dismissed: harmless, keep looking',
  compromised: 'Compromised: do not learn from it',
  acknowledged: 'Acknowledged: I am on it',
};

function verdicts({ alert_id: id }, note) {
  const reason = el('input', { placeholder: 'reason', ariaLabel: 'Reason', maxLength: 2000 });
  const say = async (verdict) => {
    try {
      const { alert } = await ask(`/v1/alerts/${encodeURIComponent(id)}/verdict`, { verdict, reason: reason.value });
      note.textContent = `Kept; the alert is ${alert.status}.`;
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const button = ([verdict, meaning]) => el('button', { type: 'button', onclick: () => say(verdict) }, meaning);
  return el('div', { className: 'acts' }, reason, Object.entries(MEANINGS).map(button));
}
