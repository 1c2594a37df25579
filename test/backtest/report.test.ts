import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../schemas/alert.ts';
import type { Summary } from '../../src/backtest/compare.ts';
import { htmlReport } from '../../src/backtest/report.ts';

const NAME = 'x\u202egnp\u3164\u2028.exe';
const lived: Summary = { alerts: 1, by_day: [], by_detector: [['rate', 1]], by_agent: [[NAME, 1]] };
const html = htmlReport({ from: '2026-11-01', to: '2026-11-02', events: 1, agents: 1, lived, given: [] });
const css = readFileSync(new URL('../../src/api/page/page.css', import.meta.url), 'utf8');

describe('the report of a backtest', () => {
  it('writes out what cannot be seen or turns what is around it', () => {
    expect(html).toContain('x\\u{202e}gnp\\u{3164}\\u{2028}.exe');
    expect(html).not.toMatch(/[\u202e\u3164\u2028]/u);
  });

  it('is one of any number of agents', () => {
    const by_agent = Array.from({ length: 150_000 }, (_, n): [string, number] => [`agent-${n}`, 1]);
    const told = { ...lived, by_agent };
    const all = { from: '2026-11-01', to: '2026-11-02', events: 1, agents: 1, lived: told, as_if: told, given: [] };
    expect(htmlReport(all)).toContain('and 149,800 more');
  });
});

describe.each([
  ['the report', html],
  ['the page', css],
])('%s', (_, text) => {
  it.each(['light', 'dark'])('can be read in %s: WCAG AA, 4.5 to 1', (scheme) => {
    const [light, dark] = [...text.matchAll(/:root \{(.*?)\}/gs)].map(([, body]) => body!);
    const colors = new Map(
      [...(scheme === 'light' ? light! : dark!).matchAll(/--(\w+): #(\w+);/g)].map(([, name, hex]) => [name!, hex!]),
    );
    for (const ink of ['ink', 'soft', ...SEVERITIES])
      for (const paper of ['paper', 'card'])
        expect({ ink, paper, contrast: contrast(colors.get(ink)!, colors.get(paper)!) }).toSatisfy(
          (seen: { contrast: number }) => seen.contrast >= 4.5,
        );
  });
});

/** Of two colours, as WCAG 2 counts it. */
function contrast(a: string, b: string): number {
  const [most, least] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (most + 0.05) / (least + 0.05);
}

function luminance(hex: string): number {
  const whole = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
