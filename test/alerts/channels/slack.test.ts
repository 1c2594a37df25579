import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slack, slackMessage } from '../../../src/alerts/channels/slack.ts';
import { createGuard } from '../../../src/alerts/guard.ts';
import { channelContract, hugeAlert, nastyAlert } from '../../contracts/channel.ts';
import { alertOf, guard, receiver } from '../support.ts';

/** Every text of a message, with the limit that Slack puts on it. */
function texts(message: ReturnType<typeof slackMessage>): { text: string; max: number }[] {
  return message.blocks.flatMap((block) => {
    if ('fields' in block) return block.fields.map(({ text }) => ({ text, max: 2_000 }));
    if (block.type === 'actions') return block.elements.map(({ text }) => ({ text: text.text, max: 75 }));
    if ('elements' in block) return block.elements.map(({ text }) => ({ text, max: 3_000 }));
    return [{ text: block.text.text, max: block.type === 'header' ? 150 : 3_000 }];
  });
}

function checkShape(message: ReturnType<typeof slackMessage>): void {
  expect(message.blocks.length).toBeLessThanOrEqual(50);
  for (const { text, max } of texts(message)) {
    expect(text.length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(max);
    expect(text).not.toMatch(/[<>]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(text).not.toMatch(/(?<!\[):\/\//);
  }
  for (const block of message.blocks) if ('fields' in block) expect(block.fields.length).toBeLessThanOrEqual(10);
  expect(message.text.length + texts(message).reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(12_000);
}

describe('slack', () => {
  channelContract(async () => {
    const server = await receiver((_request, response) => response.writeHead(200).end('ok'));
    const channel = slack({ name: 'ops', url: server.url, guard });
    return {
      channel,
      arrived: () => server.received.map(({ body }) => body),
      breakDown: () => server.close(),
      close: () => server.close().catch(() => {}),
    };
  });

  it('is plain text in blocks within the limits', () => {
    const calls = Array.from({ length: 60 }, (_, index) => ({
      at: '2026-11-20T14:00:00.000Z',
      server: 'vault',
      target: `t${index}<`,
      class: 'secret',
      outcome: 'ok',
    }));
    for (const alert of [alertOf(), nastyAlert(), hugeAlert()]) {
      const message = slackMessage(alert, { calls });
      checkShape(message);
      expect(JSON.stringify(message)).not.toContain('mrkdwn"}');
    }
    const { text, mrkdwn, link_names, blocks } = slackMessage(alertOf());
    expect({ text, mrkdwn, link_names }).toEqual({
      text: 'HIGH: support-7 read a secret for the first time',
      mrkdwn: false,
      link_names: false,
    });
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section', 'section', 'context']);
  });

  it('shows the last calls whole where there is no room for all', () => {
    for (let n = 0; n < 8; n += 1) {
      const target = `${'x'.repeat(n)}${'😀&'.repeat(60)}`;
      const call = { at: '2026-11-20T14:00:00.000Z', server: 'vault', target, class: 'secret', outcome: 'ok' };
      const calls = [...Array.from({ length: 20 }, () => call), { ...call, target: 'the_last', told: true }];
      const message = slackMessage(alertOf(), { calls });
      checkShape(message);
      const shown = texts(message).find(({ text }) => text.startsWith('Calls'))!.text;
      expect(shown.length).toBeGreaterThan(1_800);
      expect(shown.isWellFormed()).toBe(true);
      expect(shown).toMatch(/vault\/the_last {2}secret {2}ok {2}←$/);
    }
  });

  it('links to our own page alone, by a button', () => {
    const link = 'https://overreach.example/#alert=a1';
    const message = slackMessage(nastyAlert(), { link });
    checkShape(message);
    const buttons = message.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
    expect(buttons.map(({ url }) => url)).toEqual([link]);
    expect(JSON.stringify(message).match(/https?:\/\//g)).toHaveLength(1);
  });

  it('keeps its shape whatever an agent writes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 4_000 }),
        fc.string({ unit: fc.constantFrom('<', '>', '&', '!', '@', '|', '\\', 'https://x.y'), maxLength: 4_000 }),
        (any, marks) => {
          checkShape(
            slackMessage(
              alertOf({
                title: marks,
                summary: any,
                agent: { id: any || 'a', owner: marks },
                target: marks,
                proof: { ...alertOf().proof, seen: any, sql: marks },
              }),
            ),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not repeat the URL, which is the secret, in what is recorded', async () => {
    const channel = slack({ name: 'ops', url: 'https://127.0.0.1:1/services/T0/B0/SECRET', guard: createGuard() });
    expect(
      JSON.stringify(await channel.send({ id: 'd', alert: alertOf(), at: 0 }, new AbortController().signal)),
    ).not.toContain('SECRET');
  });
});
