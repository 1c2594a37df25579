import { expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { Channel } from '../../src/alerts/channel.ts';
import { alertOf } from '../alerts/support.ts';

/** A channel under test, and what arrived where it sends to: one text a message. */
export interface ChannelUnderTest {
  channel: Channel;
  arrived(): Promise<string[]> | string[];
  /** From here on the other side is gone or refuses; absent where there is none that could (a console). */
  breakDown?(): Promise<void> | void;
  close(): Promise<void> | void;
}

/** Text that an attacker would put into a tool's name, an argument or an agent's id. */
export const NASTY =
  '</b><!channel> <http://evil.example|ok> "]\\n [x y="z"] \u001b[2J\u202e=cmd()\r\n\u0000<script> @here \ud800 `*_~`';

export const nastyAlert = (): Alert =>
  alertOf({
    title: `did ${NASTY}`,
    summary: `why ${NASTY}`,
    agent: { id: `agent ${NASTY}`, name: NASTY, owner: NASTY },
    session_id: NASTY,
    on_behalf_of: [NASTY, NASTY],
    server: NASTY,
    target: NASTY,
    event_ids: [NASTY],
    reason: NASTY,
    grant_id: NASTY,
    proof: {
      ...alertOf().proof,
      seen: NASTY,
      expected: NASTY,
      contributors: [{ name: NASTY, value: 1 }],
      sql: `SELECT '${NASTY}'`,
    },
  });

export const hugeAlert = (): Alert => {
  const long = '\u0001"<&漢'.repeat(3_000);
  return {
    ...nastyAlert(),
    title: long,
    summary: long,
    agent: { id: long, name: long, owner: long },
    event_ids: Array.from({ length: 20 }, () => long),
    on_behalf_of: Array.from({ length: 64 }, () => long),
  };
};

/** What every channel does, whatever it speaks. */
export function channelContract(setUp: () => Promise<ChannelUnderTest>): void {
  const at = Date.now();
  const never = new AbortController().signal;

  async function using(run: (under: ChannelUnderTest) => Promise<void>): Promise<void> {
    const under = await setUp();
    try {
      await run(under);
    } finally {
      await under.channel.close?.();
      await under.close();
    }
  }

  it('hands over each revision and says so', () =>
    using(async ({ channel, arrived }) => {
      for (const revision of [1, 2])
        expect(
          await channel.send(
            { id: `d-${revision}`, alert: alertOf({ revision, stage: revision === 1 ? 'open' : 'update' }), at },
            never,
          ),
        ).toMatchObject({ ok: true });
      expect(await arrived()).toHaveLength(2);
    }));

  it('hands over what says who, what and why', () =>
    using(async ({ channel, arrived }) => {
      await channel.send({ id: 'd-1', alert: alertOf(), at }, never);
      const [text] = await arrived();
      for (const part of ['support-7', 'read_secret', 'first call of class secret', 'classes discover and read'])
        expect(text).toContain(part);
    }));

  it('carries hostile text in one piece', () =>
    using(async ({ channel, arrived }) => {
      expect(await channel.send({ id: 'd-1', alert: nastyAlert(), at }, never)).toMatchObject({ ok: true });
      const [text, ...more] = await arrived();
      expect(more).toEqual([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not arrive.
      expect(text?.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f]/);
    }));

  it('carries what is far too long', () =>
    using(async ({ channel, arrived }) => {
      expect(await channel.send({ id: 'd-1', alert: hugeAlert(), at }, never)).toMatchObject({ ok: true });
      expect(await arrived()).toHaveLength(1);
    }));

  it('asks for another try, and does not throw, where the other side is down', () =>
    using(async ({ channel, breakDown }) => {
      if (breakDown === undefined) return;
      await breakDown();
      expect(await channel.send({ id: 'd-1', alert: alertOf(), at }, never)).toMatchObject({
        ok: false,
        retry: true,
        detail: expect.stringMatching(/./),
      });
    }));

  it('ends at once when it is told to', () =>
    using(async ({ channel }) => {
      const result = await channel.send({ id: 'd-1', alert: alertOf(), at }, AbortSignal.abort());
      expect(typeof result.ok).toBe('boolean');
    }));
}
