import { addressOf } from './address.js';
import { around, pathOf } from './alert.js';
import { ask } from './ask.js';
import { el, plain, time } from './dom.js';
import { openQuery } from './query.js';

/**
 * A card of an alert. It is drawn anew as the alert goes on, while what a person does in it stays: what is open, what
 * was typed, where the keyboard is.
 */
export function card(first) {
  const note = el('p', { role: 'status', className: 'soft' });
  const meta = el('div', { className: 'meta' });
  const link = el('a', { href: addressOf('alert', first.alert_id) });
  const summary = el('p');
  const proof = el('div');
  const surroundings = around(first);
  const made = el(
    'article',
    {},
    meta,
    el('h3', {}, link),
    summary,
    surroundings.element,
    el('details', {}, el('summary', {}, 'Proof'), proof),
    el(
      'details',
      {},
      el('summary', {}, 'Say what it was'),
      verdicts(first, note, (alert) => draw(alert)),
    ),
    note,
  );
  let seen = '';
  /** Draws what is new of the alert; equal to what is shown it does nothing. */
  function draw(alert) {
    const now = JSON.stringify(alert);
    if (now === seen) return;
    made.className = `card ${alert.severity}`;
    meta.replaceChildren(...metaOf(alert));
    link.textContent = plain(alert.title);
    summary.textContent = plain(alert.summary);
    proof.replaceChildren(facts(alert), el('pre', {}, plain(alert.proof.sql)), acts(alert, note));
    if (seen !== '') surroundings.again();
    seen = now;
  }
  draw(first);
  return { element: made, draw, focus: () => link.focus() };
}

const metaOf = ({ severity, stage, status, occurred_at: at, agent, detector, suppressed_count: more }) =>
  [
    el('span', { className: 'badge' }, severity),
    el('span', {}, stage === 'close' ? `${status}, over` : status),
    el('span', {}, time(at)),
    el('a', { href: addressOf('agent', agent.id) }, plain(agent.name ? `${agent.id} (${agent.name})` : agent.id)),
    agent.owner ? el('span', {}, plain(`owner ${agent.owner}`)) : null,
    el('span', {}, detector),
    more > 0 ? el('span', {}, `and ${more} more like it`) : null,
  ].filter((part) => part !== null);

const facts = ({ proof, score, on_behalf_of: principals = [], ...alert }) =>
  el(
    'dl',
    {},
    pair('seen', proof.seen),
    pair('expected', proof.expected),
    proof.n > 0 ? pair('baseline', `${proof.n} observations over ${proof.window}`) : [],
    proof.threshold > 0 ? pair('score', `${score.toFixed(1)}, threshold ${proof.threshold} (${odds(score)})`) : [],
    alert.subject ? pair('a verdict is about', alert.subject) : [],
    pair('privilege', `${alert.class}, scope ${alert.scope}${alert.grant_id ? `, grant ${alert.grant_id}` : ''}`),
    principals.length > 0 ? pair('on behalf of', principals.join(', ')) : [],
    proof.contributors.length > 0
      ? pair('because of', proof.contributors.map(({ name, value }) => `${name} ${value.toFixed(1)}`).join(', '))
      : [],
    alert.session_id ? pair('session', alert.session_id) : [],
    alert.event_ids.length > 0 ? pair('events', alert.event_ids.join(', ')) : [],
    pair('alert', alert.alert_id),
  );

const pair = (name, value) => [el('dt', {}, name), el('dd', {}, plain(value))];
const odds = (score) =>
  score > 9
    ? 'practically never by chance'
    : `one in ${Number((10 ** score).toPrecision(2)).toLocaleString()} by chance`;

function acts(alert, note) {
  const { sql } = alert.proof;
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
    el('button', { type: 'button', onclick: () => openQuery(lastCalls(alert)) }, 'What the agent did last'),
  );
}

const literal = (text) => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\0', '\\0')}'`;
const lastCalls = ({ agent }) =>
  `SELECT occurred_at, session_id, server_id, target_name, class, scope, outcome_status, args\nFROM v_events\nWHERE agent_id = ${literal(agent.id)}\nORDER BY occurred_at DESC LIMIT 200`;

const MEANINGS = {
  acknowledged: 'Acknowledged: I am on it',
  safe: 'Safe: do not flag the like again',
  dismissed: 'Dismissed: harmless, keep looking',
  compromised: 'Compromised: do not learn from it',
};

function verdicts({ alert_id: id }, note, drawn) {
  const reason = el('input', { placeholder: 'reason', ariaLabel: 'Reason', maxLength: 2000 });
  const until = el('input', { type: 'date', min: new Date().toISOString().slice(0, 10) });
  const say = async (verdict) => {
    try {
      // A day counts to its end, in UTC, as in the command.
      const expires = verdict === 'safe' && until.value !== '' && { expires_at: `${until.value}T23:59:59.999Z` };
      const { alert } = await ask(`${pathOf(id)}/verdict`, { verdict, reason: reason.value, ...expires });
      note.textContent = `Kept; the alert is ${alert.status}.`;
      drawn(alert);
    } catch (error) {
      note.textContent = error.message;
    }
  };
  const button = ([verdict, meaning]) => el('button', { type: 'button', onclick: () => say(verdict) }, meaning);
  const lasts = el('label', { className: 'soft' }, 'safe until (UTC; for ever where empty) ', until);
  return el('div', { className: 'acts' }, reason, lasts, Object.entries(MEANINGS).map(button));
}
