import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactJson } from '../../src/alerts/compact.ts';
import { csvCell, escapeSlack, escapeStructured, escapeTerminal } from '../../src/alerts/escape.ts';
import { columns, wrap } from '../../src/alerts/width.ts';

const any = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '\n',
      '\u001b',
      '\u202e',
      '\u200b',
      '<',
      '&',
      '"',
      ']',
      '=',
      ',',
      '\ud800',
      'é',
      '漢',
      '🔑',
    ),
  }),
);
/** Undoes escapeTerminal: that it can be undone shows that no two texts look the same. */
const undo = (text: string): string =>
  text.replace(/\\(\\|n|r|t|u\{([0-9a-f]+)\})/g, (_all, kind: string, hex?: string) =>
    hex === undefined ? ({ n: '\n', r: '\r', t: '\t' }[kind] ?? '\\') : String.fromCodePoint(Number.parseInt(hex, 16)),
  );

describe('text that an attacker chose', () => {
  it('in a terminal moves nothing, hides nothing, and says exactly what it was', () => {
    fc.assert(
      fc.property(any, (text) => {
        const shown = escapeTerminal(text);
        expect(shown).not.toMatch(/(?!\ufe0f)[\p{C}\p{Zl}\p{Zp}]/u);
        expect(undo(shown)).toBe(text);
      }),
    );
    expect(escapeTerminal('\u001b]0;x\u0007 \u009b31m \u202eevil\u2066 a\u200bb \u{e0041} \u061c')).toBe(
      '\\u{1b}]0;x\\u{7} \\u{9b}31m \\u{202e}evil\\u{2066} a\\u{200b}b \\u{e0041} \\u{61c}',
    );
    expect(escapeTerminal('Zürich 東京 🔑 café')).toBe('Zürich 東京 🔑 café');
  });

  it('in Slack begins no link, no mention and no entity', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(escapeSlack(text)).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
      }),
    );
    expect(escapeSlack('<!channel> <@U1> <https://e.vil|ok> &lt;')).toBe(
      '&lt;!channel&gt; &lt;@U1&gt; &lt;https[://]e.vil|ok&gt; &amp;lt;',
    );
  });

  it('in syslog ends no parameter', () => {
    fc.assert(
      fc.property(any, (text) => {
        expect(escapeStructured(text)).toMatch(/^(?:[^"\\\]\n\r]|\\["\\\]])*$/su);
      }),
    );
  });

  it('in CSV stays one cell, and no formula', () => {
    fc.assert(
      fc.property(any, (text) => {
        const cell = csvCell(text);
        expect(cell).toMatch(/^"(?:[^"\n\r]|"")*"$/s);
        expect(cell).not.toMatch(/^"\s*(?:[=+@]|-(?![\d.]+(?:e[+-]?\d+)?"$))/i);
      }),
    );
    expect(['=1+1', '+1', '-1+1', '-1', '-0.5e-7', '@SUM(A1)', ' =1', '\t=1', 'plain "word"'].map(csvCell)).toEqual([
      `"'=1+1"`,
      `"'+1"`,
      `"'-1+1"`,
      '"-1"',
      '"-0.5e-7"',
      `"'@SUM(A1)"`,
      `"' =1"`,
      '"\\t=1"',
      '"plain ""word"""',
    ]);
  });

  it('is wrapped without a loss, and within the width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '漢', 'b') }),
        fc.integer({ min: 2, max: 12 }),
        (text, width) => {
          const lines = wrap(text, width);
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
          for (const line of lines)
            expect([...line].reduce((sum, each) => sum + columns(each), 0)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('keeps no JSON from being small, and changes none that is', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ a: any, b: fc.array(any) })), (value) => {
        expect(compactJson(value, 100_000_000)).toBe(JSON.stringify(value));
        expect(Buffer.byteLength(compactJson({ value, long: 'x'.repeat(50_000) }, 19_500))).toBeLessThan(20_000);
      }),
    );
  });
});
