import { around, pathOf } from './alert.js';
import { ask } from './ask.js';
import { byId, el, none, plain, show, time } from './dom.js';
import { openQuery } from './query.js';

let shown = '';
let asked = 0;

/** The id of the one alert that the address names, if it does. */
const named = () => decodeURIComponent(/^#alert=(.+)$/.exec(location.hash)?.[1] ?? '');

export async function alerts(force = false) {
  const id = named();
  asked += 1;
  const mine = asked;
  const found = id === '' ? (await ask(`/v1/alerts?${wanted()}`)).alerts : [(await ask(pathOf(id))).alert];
  // An answer to what was asked before, of another alert or filter, may come last: it is not what is wanted now.
  if (mine !== asked) return;
  // Cards that a person is reading are not made anew under him while nothing has changed.
  const now = JSON.stringify([id, found]);
  if (now === shown && !force) return;
  shown = now;
  const cards = found.length > 0 ? found.map(card) : [none('No alerts.')];
  show('alert-cards', id === '' ? null : el('p', {}, el('a', { href: '#alerts' }, 'All alerts')), ...cards);
  if (id === '') return;
  for (const part of byId('alert-cards').querySelectorAll('details')) part.open = true;
  byId('alerts').scrollIntoView();
}

function wanted() {
  const query = new URLSearchParams({ limit: '50' });
  for (const [name, value] of new FormData(byId('alert-filter'))) if (value !== '') query.set(name, value);
  return query;
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
    el('h3', {}, el('a', { href: `#alert=${encodeURIComponent(alert.alert_id)}` }, plain(alert.title))),
    el('p', {}, plain(alert.summary)),
    around(alert),
    el('details', {}, el('summary', {}, 'Proof'), facts(alert), el('pre', {}, plain(proof.sql)), acts(proof.sql, note)),
    el('details', {}, el('summary', {}, 'Say what it was'), verdicts(alert, note)),
    note,
  );
}

const facts = ({ proof, score, class: privilege, scope, grant_id: grant, on_behalf_of: principals = [] }) =>
  el(
    'dl',
    {},
    pair('seen', proof.seen),
    pair('expected', proof.expected),
    proof.n > 0 ? pair('baseline', `${proof.n} observations over ${proof.window}`) : [],
    proof.threshold > 0 ? pair('score', `${score.toFixed(1)}, threshold ${proof.threshold} (${odds(score)})`) : [],
    pair('privilege', `${privilege}, scope ${scope}${grant ? `, grant ${grant}` : ''}`),
    principals.length > 0 ? pair('on behalf of', principals.join(', ')) : [],
    proof.contributors.length > 0
      ? pair('because of', proof.contributors.map(({ name, value }) => `${name} ${value.toFixed(1)}`).join(', '))
      : [],
  );

const pair = (name, value) => [el('dt', {}, name), el('dd', {}, plain(value))];
const odds = (score) =>
  score > 9
    ? 'practically never by chance'
    : `one in ${Number((10 ** score).toPrecision(2)).toLocaleString()} by chance`;

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
  acknowledged: 'Acknowledged: I am on it',
  safe: 'Safe: do not flag the like again',
  dismissed: 'Dismissed: harmless, keep looking',
  compromised: 'Compromised: do not learn from it',
};

function verdicts({ alert_id: id }, note) {
  const reason = el('input', { placeholder: 'reason', ariaLabel: 'Reason', maxLength: 2000 });
  const say = async (verdict) => {
    try {
      const { alert } = await ask(`${pathOf(id)}/verdict`, { verdict, reason: reason.value });
      note.textContent = `Kept; the alert is ${alert.status}.`;
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const button = ([verdict, meaning]) => el('button', { type: 'button', onclick: () => say(verdict) }, meaning);
  return el('div', { className: 'acts' }, reason, Object.entries(MEANINGS).map(button));
}
