import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consoleChannel, renderAlert } from '../../../src/alerts/channels/console.ts';
import { columns } from '../../../src/alerts/width.ts';
import { channelContract } from '../../contracts/channel.ts';
import { alertOf } from '../support.ts';

const plain = { color: false, width: 100 };

describe('console', () => {
  channelContract(async () => {
    const printed: string[] = [];
    return {
      channel: consoleChannel({ name: 'console', write: (text) => printed.push(text), ...plain }),
      arrived: () => printed,
      close: () => {},
    };
  });

  it('reads well', () => {
    const calls = [
      { at: '2026-11-20T14:01:02.000Z', server: 'tickets', target: 'get_ticket', class: 'read', outcome: 'ok' },
      { at: '2026-11-20T14:02:11.250Z', server: 'vault', target: 'read_secret', class: 'secret', outcome: 'ok' },
    ];
    expect(renderAlert(alertOf(), { calls }, plain)).toMatchInlineSnapshot(`
      "┃ HIGH  support-7 read a secret for the first time
      ┃ support-7 called vault/read_secret, which it never did in 41 days. It has no grant for it.
      ┃
      ┃ Do first      Rotate the secret that was reached, then find out what it opens and who asked for
      ┃               it.
      ┃ Seen          first call of class secret
      ┃ Expected      classes discover and read
      ┃ Baseline      1,204 observations over 41 d
      ┃ Unusual       about one in 16,000: score 4.2, alerts from 3; mostly class secret 3.1, server
      ┃               vault 1.1
      ┃ Privilege     secret, on vault/read_secret
      ┃ Scope         outside of its grants; nearest support-reads
      ┃ Agent         support-7 (support)
      ┃ Owner         team-care
      ┃ On behalf of  user:mia@acme.example, for app:desk
      ┃ Session       s-81
      ┃ Calls         14:01:02  tickets/get_ticket  read  ok
      ┃               14:02:11  vault/read_secret  secret  ok
      ┃ When          2026-11-20T14:02:11.250Z
      ┃ Events        ev-1, ev-2
      ┃ Alert         aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (first-seen, revision 1, open)
      ┃ Frameworks    ASI03, AML.T0053, MAESTRO L3, NIST AI RMF MEASURE
      ┃ SQL           SELECT * FROM v_events WHERE agent_id = 'support-7' AND class = 'secret'"
    `);
  });

  it('has colours where they are wanted, and nowhere else', () => {
    expect(renderAlert(alertOf(), undefined, { color: true })).toContain('\u001b[31m');
    expect(renderAlert(alertOf(), undefined, plain)).not.toContain('\u001b');
  });

  it('keeps its form and its width whatever an agent writes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.integer({ min: 42, max: 160 }), (text, width) => {
        const shown = renderAlert(alertOf({ title: text, agent: { id: text || 'a' }, server: text }), undefined, {
          color: false,
          width,
        });
        for (const line of shown.split('\n')) {
          expect(line.startsWith('┃')).toBe(true);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be printed.
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
          const used = [...line].reduce((sum, character) => sum + columns(character), 0);
          if (!line.startsWith('┃ SQL')) expect(used).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 60 },
    );
  });
});
