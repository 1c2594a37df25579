import { ask } from './ask.js';
import { amount, byId, el, none, show } from './dom.js';
import { table } from './table.js';

const EXAMPLES = {
  'Latest calls':
    'SELECT occurred_at, agent_id, server_id, target_name, class, scope, score, outcome_status, args\nFROM v_events\nORDER BY occurred_at DESC LIMIT 50',
  'Out of scope':
    "SELECT occurred_at, agent_id, server_id, target_name, class, scope_why, outcome_status\nFROM v_events\nWHERE scope = 'out'\nORDER BY occurred_at DESC LIMIT 50",
  'Calls by agent and class':
    'SELECT agent_id, class, count() AS calls\nFROM v_events\nGROUP BY agent_id, class\nORDER BY agent_id, calls DESC',
  'Secrets and identities reached':
    "SELECT agent_id, server_id, target_name, count() AS calls, max(occurred_at) AS last\nFROM v_events\nWHERE class IN ('secret', 'identity')\nGROUP BY agent_id, server_id, target_name\nORDER BY last DESC",
  'Alerts by detector':
    'SELECT detector, severity, count() AS alerts\nFROM v_alerts\nGROUP BY detector, severity\nORDER BY alerts DESC',
  'Rejects by reason': 'SELECT reason, count() AS records\nFROM rejects\nGROUP BY reason\nORDER BY records DESC',
};

export function openQuery(sql) {
  byId('sql').value = sql;
  byId('sql').focus();
  byId('query').scrollIntoView();
}

/** The server ends a statement long before this; where the server is gone, the page does. */
const PATIENCE_MS = 300_000;
let asked = new AbortController();

async function run() {
  const note = byId('query-note');
  note.textContent = 'running …';
  // Who asks again wants the answer to that: the server need not go on with the other.
  asked.abort();
  asked = new AbortController();
  const mine = asked;
  try {
    const {
      columns,
      rows,
      truncated,
      elapsed_ms: ms,
    } = await ask('/v1/query', { sql: byId('sql').value, max_rows: 1000 }, PATIENCE_MS, mine.signal);
    if (mine !== asked) return;
    note.textContent = `${amount(rows.length)} ${rows.length === 1 ? 'row' : 'rows'}${truncated ? ', and more' : ''} in ${Math.round(ms)} ms`;
    const names = columns.map(({ name }) => name);
    show(
      'query-rows',
      rows.length > 0
        ? table(
            names,
            rows.map((row) => names.map((name) => row[name])),
          )
        : none('No rows.'),
    );
  } catch (error) {
    if (mine !== asked) return;
    note.textContent = error.message;
    show('query-rows');
  }
}

export function queryBox() {
  show(
    'examples',
    ...Object.entries(EXAMPLES).map(([title, sql]) =>
      el('button', { type: 'button', onclick: () => openQuery(sql) }, title),
    ),
  );
  byId('query-form').addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  byId('sql').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
  });
  byId('sql').value = EXAMPLES['Latest calls'];
}
