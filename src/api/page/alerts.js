import { named } from './address.js';
import { pathOf } from './alert.js';
import { ask } from './ask.js';
import { card } from './card.js';
import { arrange, byId, el, none } from './dom.js';

const PAGE = 50;
const PAGES = [PAGE, 200, 1_000];

/** What is shown: the path that it answers, the alert if it is one alone, and the cards by their alerts' ids. */
let shown = { path: '', alert: '' };
let cards = new Map();
let size = PAGE;
let wanted = '';
let asked = 0;

const back = el('p', {}, el('a', { href: '#alerts' }, 'All alerts'));
const more = el('button', { type: 'button', onclick: () => grow() }, 'Show more');
const rest = none(
  `Only the newest ${PAGES.at(-1).toLocaleString()} are here: narrow them above, or ask v_alerts below.`,
);

/** Shows the alerts that the address and the filter ask for; a card that is there already stays what it is. */
export async function alerts() {
  const { kind, id } = named();
  const path = kind === 'alert' ? pathOf(id) : listPath(kind === 'agent' ? id : '');
  if (path !== wanted) size = PAGE;
  wanted = path;
  asked += 1;
  const mine = asked;
  const isNew = path !== shown.path;
  try {
    const answer = await ask(kind === 'alert' ? path : `${path}&limit=${size}`);
    // An answer to what was asked before, of another alert or filter, may come last: it is not what is wanted now.
    if (mine !== asked) return;
    draw(kind, kind === 'alert' ? [answer.alert] : answer.alerts, answer.next);
  } catch (error) {
    if (mine !== asked) return;
    if (isNew) draw(kind, [], undefined, error.message);
    if (error.status !== 404) throw error;
  }
  const from = shown;
  shown = { path, alert: kind === 'alert' ? id : '' };
  if (isNew) arrive(kind, from);
}

function listPath(agent) {
  const query = new URLSearchParams({ min_severity: byId('filter-severity').value });
  const status = byId('filter-status').value;
  if (status !== '') query.set('status', status);
  if (agent !== '') query.set('agent', agent);
  return `/v1/alerts?${query}`;
}

function draw(kind, found, next, message = 'No alerts.') {
  const drawn = new Map(found.map((alert) => [alert.alert_id, cards.get(alert.alert_id) ?? card(alert)]));
  for (const alert of found) drawn.get(alert.alert_id).draw(alert);
  cards = drawn;
  const elements = [...cards.values()].map(({ element }) => element);
  arrange(byId('alert-cards'), [
    ...(kind === '' ? [] : [back]),
    ...(found.length > 0 ? elements : [none(message)]),
    ...(next === undefined ? [] : [size < PAGES.at(-1) ? more : rest]),
  ]);
}

async function grow() {
  size = PAGES.find((each) => each > size) ?? size;
  more.disabled = true;
  try {
    await alerts();
  } finally {
    more.disabled = false;
  }
}

/** What the address names comes into sight and under the keyboard; back on the list it is where one was. */
function arrive(kind, from) {
  if (kind === 'alert') {
    for (const part of byId('alert-cards').querySelectorAll('details')) part.open = true;
    cards.values().next().value?.focus();
  } else if (kind === 'agent') back.firstChild.focus();
  else if (/^(#alerts)?$/.test(location.hash)) cards.get(from.alert)?.focus();
  if (kind !== '') byId('alerts').scrollIntoView();
}
