import { addressOf, encoded } from './address.js';
import { ask } from './ask.js';
import { el, none, plain, time } from './dom.js';
import { scroll, table } from './table.js';

/** What is known around an alert: asked for when somebody wants to see it, and `again` while he does. */
export function around({ alert_id: id }) {
  const place = el('div', { className: 'around' });
  const load = async () => {
    try {
      place.replaceChildren(...shown(await ask(pathOf(id))));
    } catch (error) {
      place.replaceChildren(none(error.message));
    }
  };
  const element = el(
    'details',
    { ontoggle: ({ target }) => target.open && load() },
    el('summary', {}, 'What to do first, and the calls that led there'),
    place,
  );
  return { element, again: () => element.open && load() };
}

export const pathOf = (id) => `/v1/alerts/${encoded(id)}`;

const NO_CALLS = 'The record holds no calls of its session.';
const NO_ANSWER = 'The record did not say in time which calls led there: ask it in the SQL box.';

const shown = ({ first_step: step, calls, beside = [], verdicts, deliveries }) => [
  el('p', { className: 'step' }, plain(step)),
  ...beside.map(({ detector, severity, alert_id: other }) =>
    el('p', {}, 'Told as well: ', el('a', { href: addressOf('alert', other) }, plain(`${detector} (${severity})`))),
  ),
  calls?.length > 0 ? scroll(callTable(calls)) : none(calls ? NO_CALLS : NO_ANSWER),
  ...verdicts.map(({ at, author, verdict, reason, expires_at: until }) =>
    el(
      'p',
      {},
      time(at),
      plain(` ${author}: ${verdict}${reason ? `, ${reason}` : ''}`),
      until && [' (until ', time(until), ')'],
    ),
  ),
  deliveries.length > 0 ? scroll(deliveryTable(deliveries)) : none('It was sent nowhere.'),
];

const callTable = (calls) => {
  const made = table(
    ['time', 'call', 'class', 'outcome', 'told'],
    calls.map((one) => [time(one.at), `${one.server}/${one.target}`, one.class, one.outcome, one.told ? 'yes' : '']),
  );
  for (const [index, row] of [...made.tBodies[0].rows].entries()) if (calls[index].told) row.className = 'told';
  return made;
};

const deliveryTable = (deliveries) =>
  table(
    ['sent over', 'revision', 'state', 'when', 'answer'],
    deliveries.map((one) => [
      one.channel,
      one.revision,
      one.state.replace('_', ' '),
      time(one.at),
      `${one.status || ''} ${one.detail}`.trim(),
    ]),
  );
