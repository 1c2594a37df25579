import { SEVERITIES, type Severity } from '../../schemas/alert.ts';
import { showUnseen } from '../unseen.ts';
import type { Difference, Quality, Summary, ToldAlert } from './compare.ts';

/** What a backtest found, as `--json` prints it. `lived` is what was told at the time, `as_if` what the configuration given would have told. */
export interface Backtest {
  from: string;
  to: string;
  events: number;
  agents: number;
  lived: Summary;
  lived_quality?: Quality;
  as_if?: Summary;
  as_if_quality?: Quality;
  difference?: Difference;
  /** Which files were given, for the reader. */
  given: string[];
}

const WIDTH = 960;
const HEIGHT = 180;
const MOST = 200;

const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5a6675; --paper: #f6f7f9; --card: #fff; --line: #dde2e8;
  --info: #5a6675; --low: #2f7d4f; --medium: #9a6700; --high: #c2410c; --critical: #b3123b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #98a4b3; --paper: #11161d; --card: #191f28; --line: #2b3440;
  --info: #98a4b3; --low: #62c08a; --medium: #e0b050; --high: #ff8b5c; --critical: #ff6b8b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1040px; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
p { margin: .3rem 0; } .soft { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: .7rem; margin-top: 1.2rem; }
.tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.tile b { display: block; font-size: 1.3rem; }
.scroll { overflow-x: auto; } svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--soft); font-size: 11px; } svg line { stroke: var(--line); }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; padding: .35rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 500; } .n { text-align: right; font-variant-numeric: tabular-nums; }
.t { white-space: nowrap; }
.bar { display: inline-block; height: .7rem; background: var(--high); border-radius: 2px; }
.key span { margin-right: 1rem; } .key i { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .3rem; }
${SEVERITIES.map((name) => `.${name} { fill: var(--${name}); color: var(--${name}); } i.${name} { background: var(--${name}); }`).join('\n')}
`;

/** One page by itself: no script, nothing that is loaded, every text of an event escaped. */
export function htmlReport(test: Backtest): string {
  const { lived, as_if, difference } = test;
  const parts = [
    `<h1>Backtest, ${esc(test.from)} to ${esc(test.to)}</h1>`,
    `<p class="soft">${count(test.events)} events of ${count(test.agents)} agents. ${
      as_if === undefined
        ? 'As lived: what was told at the time.'
        : `As lived, beside what would have been told with ${test.given.map(esc).join(', ') || 'the rules of the time'}.`
    }</p>`,
    tiles(test),
    section('Alerts a day, as lived', chart(lived)),
    as_if === undefined ? '' : section('Alerts a day, as if', chart(as_if)),
    section('By detector', pairs('detector', lived.by_detector, as_if?.by_detector)),
    section('Agents hit', pairs('agent', lived.by_agent, as_if?.by_agent)),
    difference === undefined
      ? ''
      : section(`Would be new: ${count(difference.added.length)}`, list(difference.added)) +
        section(`Would be gone: ${count(difference.gone.length)}`, list(difference.gone)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Overreach backtest</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${parts.join('\n')}
</main>
</body>
</html>
`;
}

const section = (title: string, content: string): string => `<h2>${title}</h2>\n${content}`;
const count = (n: number): string => n.toLocaleString('en-US');
export const percent = (share: number | null): string => (share === null ? 'unknown' : `${(share * 100).toFixed(1)} %`);

function tiles({ lived, as_if, lived_quality, as_if_quality, difference }: Backtest): string {
  const tile = (value: string, label: string): string => `<div class="tile"><b>${value}</b>${label}</div>`;
  const quality = (of: Quality | undefined, whose: string): string[] =>
    of === undefined || of.judged === 0
      ? []
      : [
          tile(percent(of.precision), `precision ${whose} (${count(of.right)} of ${count(of.judged)})`),
          ...(of.recall === undefined
            ? []
            : [tile(percent(of.recall), `recall ${whose} (of ${count(of.hijacked ?? 0)} hijacked)`)]),
        ];
  return `<div class="tiles">${[
    tile(count(lived.alerts), `alerts as lived, ${perDay(lived)} a day`),
    tile(count(lived.by_agent.length), 'agents hit as lived'),
    ...(as_if === undefined
      ? []
      : [
          tile(count(as_if.alerts), `alerts as if, ${perDay(as_if)} a day`),
          tile(
            count(as_if.by_agent.length),
            `agents hit as if, ${count(difference?.newly_hit.length ?? 0)} of them new`,
          ),
        ]),
    ...quality(lived_quality, 'as lived'),
    ...quality(as_if_quality, 'as if'),
  ].join('')}</div>`;
}

export const perDay = ({ alerts, by_day }: Summary): string => (alerts / Math.max(1, by_day.length)).toFixed(1);

/** A column a day, its severities one on the other. */
function chart({ by_day }: Summary): string {
  const sums = by_day.map(([, of]) => SEVERITIES.reduce((sum, name) => sum + of[name], 0));
  const most = Math.max(1, ...sums);
  const step = WIDTH / Math.max(1, by_day.length);
  const columns = by_day.map(([day, of], i) => {
    let top = HEIGHT;
    const blocks = SEVERITIES.map((name) => {
      const height = (of[name] / most) * HEIGHT;
      top -= height;
      return height === 0 ? '' : rect(name, 30 + i * step, top + 10, Math.max(1, step * 0.8), height);
    });
    return `<g><title>${day}: ${sums[i]}</title>${blocks.join('')}</g>`;
  });
  const key = SEVERITIES.map((name) => `<span><i class="${name}"></i>${name}</span>`).join('');
  return `<div class="card"><p class="key soft">${key}</p><svg viewBox="0 0 ${WIDTH + 40} ${HEIGHT + 34}" role="img" aria-label="alerts a day">
<line x1="30" y1="${HEIGHT + 10}" x2="${WIDTH + 30}" y2="${HEIGHT + 10}"/><line x1="30" y1="10" x2="${WIDTH + 30}" y2="10"/>
<text x="0" y="14">${most}</text><text x="0" y="${HEIGHT + 14}">0</text>
${columns.join('\n')}
<text x="30" y="${HEIGHT + 28}">${by_day[0]?.[0] ?? ''}</text><text x="${WIDTH + 30}" y="${HEIGHT + 28}" text-anchor="end">${by_day.at(-1)?.[0] ?? ''}</text>
</svg></div>`;
}

const rect = (name: Severity, x: number, y: number, width: number, height: number): string =>
  `<rect class="${name}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;

/** Counts side by side, largest first as they come, with a bar for the larger. */
function pairs(noun: string, lived: [string, number][], as_if?: [string, number][]): string {
  const now = new Map(as_if ?? []);
  const names = [...new Set([...lived, ...(as_if ?? [])].map(([name]) => name))];
  const before = new Map(lived);
  const most = Math.max(1, lived[0]?.[1] ?? 0, as_if?.[0]?.[1] ?? 0);
  const rows = names.slice(0, MOST).map((name) => {
    const [a, b] = [before.get(name) ?? 0, now.get(name) ?? 0];
    const width = Math.round((Math.max(a, as_if === undefined ? 0 : b) / most) * 240);
    return `<tr><td>${esc(name)}</td><td class="n">${count(a)}</td>${as_if === undefined ? '' : `<td class="n">${count(b)}</td>`}<td><span class="bar" style="width:${width}px"></span></td></tr>`;
  });
  const head = `<tr><th>${noun}</th><th class="n">as lived</th>${as_if === undefined ? '' : '<th class="n">as if</th>'}<td></td></tr>`;
  return rows.length === 0 ? '<p class="soft">None.</p>' : table(head, rows, names.length);
}

const table = (head: string, rows: readonly string[], of: number): string =>
  `<div class="scroll"><table><thead>${head}</thead><tbody>${rows.join('\n')}</tbody></table></div>${of > rows.length ? `<p class="soft">and ${count(of - rows.length)} more</p>` : ''}`;

function list(told: readonly ToldAlert[]): string {
  const rows = told
    .slice(0, MOST)
    .map(
      ({ at, severity, detector, agent, title }) =>
        `<tr><td class="t">${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}</td><td class="${severity}">${severity}</td><td>${esc(detector)}</td><td>${esc(agent)}</td><td>${esc(title)}</td></tr>`,
    );
  const head = '<tr><th>time (UTC)</th><th>severity</th><th>detector</th><th>agent</th><th>what</th></tr>';
  return rows.length === 0 ? '<p class="soft">None.</p>' : table(head, rows, told.length);
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Markup is shown and not obeyed; marks of direction and controls are written out. */
const esc = (text: string): string => showUnseen(text).replace(/[&<>"']/g, (found) => ESCAPES[found]!);
