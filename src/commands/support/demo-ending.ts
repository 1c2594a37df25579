import { detectors } from '../../../detectors/index.ts';
import { type Alert, severityRank } from '../../../schemas/alert.ts';
import type { QueryAnswer } from '../../../schemas/api.ts';
import { escapeTerminal } from '../../alerts/escape.ts';
import { wrap } from '../../alerts/width.ts';
import type { PlantedStory } from './demo-data.ts';
import { textTable } from './rows.ts';
import { colors } from './screen.ts';

const QUERIES = [
  'SELECT agent_id, class, count() AS calls FROM v_events GROUP BY ALL ORDER BY agent_id, calls DESC',
  'SELECT agent_id, server_id, target_name, scope_why, count() AS calls FROM v_scope GROUP BY ALL ORDER BY calls DESC LIMIT 10',
  'SELECT agent_id, server_id, target_name, min(occurred_at) AS since, count() AS calls FROM v_secret_access GROUP BY ALL ORDER BY since DESC',
];
const INDENT = 9;

/** Each planted story with the gravest alert that told it, and what else was told. */
export function whatTold(stories: readonly PlantedStory[], alerts: readonly Alert[], width: number): string {
  const below = (text: string): string[] =>
    wrap(escapeTerminal(text), width - INDENT).map((line) => colors.dim(`${' '.repeat(INDENT)}${line}`));
  const lines = [colors.bold('What was planted in this month, and what told it')];
  const rest = new Set(alerts);
  for (const { title, ...story } of stories) {
    const tellers = alerts
      .filter((alert) => tells(alert, story))
      .sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
    for (const alert of tellers) rest.delete(alert);
    const [gravest, ...others] = tellers;
    lines.push(`${gravest === undefined ? colors.red('✗ missed') : colors.green('✓ found')}  ${title}`);
    if (gravest !== undefined) lines.push(...below(inShort(gravest)));
    if (others.length > 0) lines.push(...below(`also ${others.map(({ detector }) => detector).join(', ')}`));
  }
  lines.push(`${alerts.length} alerts in all, ${rest.size === 0 ? 'none' : rest.size} of them about something else.`);
  for (const alert of rest) lines.push(...below(inShort(alert)));
  return lines.join('\n');
}

const inShort = ({ severity, detector, title }: Alert): string => `${severity}, ${detector}: ${title}`;

/** What they tell is about days of the agent: the call at which it is told need not be one of the story. */
const OF_DAYS: ReadonlySet<string> = new Set(detectors.filter(({ shows }) => shows === 'days').map(({ id }) => id));

const tells = ({ agent, detector, event_ids }: Alert, story: Pick<PlantedStory, 'agent' | 'event_ids'>): boolean =>
  agent.id === story.agent && (OF_DAYS.has(detector) || event_ids.some((id) => story.event_ids.includes(id)));

/** Statements to try, with the answer to one of them; where the service stays, how they are asked. */
export async function whatToAsk(url: string, stays: boolean): Promise<string> {
  const response = await fetch(`${url}/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sql: QUERIES[1] }),
  });
  const { columns, rows } = (await response.json()) as QueryAnswer;
  const names = columns.map(({ name }) => name);
  const answer = textTable(
    names,
    rows.map((row) => names.map((name) => String(row[name]))),
  );
  return [
    `${colors.bold('SQL to try')}${stays ? `, on the page or with npx overreach query --url ${url} "SELECT ..."` : ''}`,
    ...QUERIES.map((sql) => `  ${sql}`),
    '',
    'The second answers:',
    answer,
  ].join('\n');
}
