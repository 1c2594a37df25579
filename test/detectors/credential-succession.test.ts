import { describe, expect, it } from 'vitest';
import { credentialHygiene } from '../../detectors/credential-hygiene.ts';
import { AT } from '../scope/support.ts';
import { DAY } from '../support/run.ts';
import { drive, told } from './drive.ts';

/** Which credential is used on a day (of 0 the first), for whom and at which server. */
type Used = [day: number, credential: string, over?: { server?: string; user?: string; denied?: boolean }];

const toldOver = (uses: Used[]): string[] => {
  const run = drive(credentialHygiene);
  return [...uses]
    .sort(([a], [b]) => a - b)
    .flatMap(([day, id, { server = 's', user = 'u', denied = false } = {}]) => {
      const score = run.step({
        day,
        body: {
          server: { id: server },
          user: { id: user },
          credential: { id },
          ...(denied && { outcome: { status: 'denied' as const } }),
        },
      });
      return told(credentialHygiene, score) === null ? [] : [`${day} ${score!.reason}: ${score!.seen}`];
    });
};

/** Every three hours from one day up to another. */
const busy = (from: number, until: number, id: string, over?: Used[2], every = 1 / 8): Used[] =>
  Array.from({ length: Math.round((until - from) / every) }, (_, i) => [from + i * every, id, over]);

describe('a credential that was replaced and is used again', () => {
  const rotated = [...busy(0, 10, 'old'), ...busy(10, 20, 'new')];
  it('is told once, when the new one goes on beside it', () => {
    const found = toldOver([...rotated, [15.01, 'old'], [15.4, 'old'], [17.05, 'old']]);
    expect(found).toEqual([
      '15.625 used_after_replaced: credential old, which new had replaced and nobody had used for 5 days, is used again beside it',
    ]);
  });
  it('is told of an agent that works once a day, and after another rotation', () => {
    const daily = [...busy(0, 30, 'old', {}, 1), ...busy(30, 60, 'new', {}, 1)];
    expect(toldOver([...daily, [54.6, 'old']])).toHaveLength(1);
    expect(toldOver([...rotated, ...busy(20, 30, 'newer'), [25.1, 'old']])).toHaveLength(1);
    expect(toldOver([...rotated, ...busy(20, 30, 'newer'), [25.1, 'new']])).toHaveLength(1);
  });
  it('is not told while it is replaced, nor where it is put back, or takes turns', () => {
    expect(toldOver(rotated)).toEqual([]);
    expect(toldOver([...rotated, ...busy(9.9, 10.4, 'old')])).toEqual([]);
    expect(toldOver([...rotated, ...busy(20, 40, 'old')])).toEqual([]);
    expect(toldOver([...rotated, ...busy(20, 30, 'old'), ...busy(30, 40, 'new'), ...busy(40, 50, 'old')])).toEqual([]);
    const days = Array.from({ length: 30 }, (_, i) => busy(i, i + 1, i % 2 === 0 ? 'blue' : 'green'));
    expect(toldOver(days.flat())).toEqual([]);
  });
  it('is not told of replicas with one each, of tokens of sessions, nor of one for a weekly task', () => {
    const replica = [...busy(0, 40, 'a'), ...busy(0, 5, 'b'), ...busy(9, 12, 'b'), ...busy(6, 40, 'c')];
    expect(toldOver(replica)).toEqual([]);
    const sessions = Array.from({ length: 30 }, (_, i) => [...busy(i, i + 0.9, `t${i}`), [i + 3.5, `t${i}`] as Used]);
    expect(toldOver(sessions.flat())).toEqual([]);
    const weekly = Array.from({ length: 8 }, (_, i) => busy(7 * i, 7 * i + 0.5, 'weekly', {}, 1 / 24));
    expect(toldOver([...weekly.flat(), ...busy(15, 56, 'daily')])).toEqual([]);
  });
  it('is not told where the other serves other people or servers, nor where it was refused', () => {
    const others = (over: Used[2]): Used[] => [...busy(0, 10, 'old'), ...busy(10, 20, 'new', over), [15.01, 'old']];
    expect(toldOver(others({ user: 'bob' }))).toEqual([]);
    expect(toldOver(others({ server: 'jira' }))).toEqual([]);
    expect(toldOver([...rotated, [15.01, 'old', { denied: true }]])).toEqual([]);
  });
});

describe('a credential that is not renewed', () => {
  /** Days of issue; each is used every third of a day until the next, the last one until the end. */
  const over = (issued: readonly number[], until: number, more: object = {}): string[] => {
    const run = drive(credentialHygiene);
    const found: string[] = [];
    for (const [n, from] of issued.entries())
      for (let day = Math.max(0, from); day < (issued[n + 1] ?? until); day += 1 / 3) {
        const issuedAt = new Date(AT + from * DAY).toISOString();
        const body = { credential: { id: `c${n}`, issued_at: issuedAt, ...more } };
        const score = run.step({ day, body });
        if (told(credentialHygiene, score) !== null) found.push(`${Math.floor(day)} ${score!.reason}: ${score!.seen}`);
      }
    return found;
  };
  it('is told once, half as long again after the others were replaced', () => {
    const found = over([-8, 6, 20], 44);
    expect(found).toEqual([
      '41 not_renewed: credential c2 is in use for 21 days, the 2 before it were each replaced within 14 days',
    ]);
  });
  it('is not told while it is in time, once it is replaced, or where nothing was regular', () => {
    expect(over([-8, 6, 20], 40)).toEqual([]);
    expect(over([-8, 6, 20, 40], 55)).toEqual([]);
    expect(over([-8, 6, 30], 80)).toEqual([]);
    expect(over([6, 20], 80)).toEqual([]);
    expect(over([0, 1, 2, 3, 4], 20)).toEqual([]);
    expect(over([-8, 6, 20], 50, { expires_at: new Date(AT + 60 * DAY).toISOString() })).toEqual([]);
  });
});

describe('a credential that outlives all before it', () => {
  const iso = (day: number): string => new Date(AT + day * DAY).toISOString();
  /** Tokens of half a day, and then this one. */
  const followed = (last: object, tokens = 8, half: object = {}) => {
    const run = drive(credentialHygiene);
    const use = (day: number, credential: object): string | null => {
      const score = run.step({ day, body: { credential } as never });
      return told(credentialHygiene, score) === null ? null : `${score!.severity ?? 'medium'} ${score!.seen}`;
    };
    const each = (n: number) => ({ issued_at: iso(n / 2), expires_at: iso((n + 1) / 2), ...half });
    for (let n = 0; n < tokens; n += 1) expect(use(n / 2, { id: `t${n}`, ...each(n) })).toBeNull();
    return [use(tokens / 2, { id: 'key', ...last }), use(tokens / 2 + 1, { id: 'key', ...last })];
  };
  const issued_at = iso(3.9);

  it('is told once, where it states no end or a far one', () => {
    expect(followed({ issued_at })).toEqual([
      'medium credential key states no end, those before it all ended within 12 hours',
      null,
    ]);
    expect(followed({ issued_at, expires_at: iso(60) })[0]).toMatch(/^medium credential key lives 56 days/);
  });
  it.each<[string, Parameters<typeof followed>]>([
    ['one that lives for days', [{ issued_at, expires_at: iso(8) }]],
    ['a gateway that tells neither any more', [{}]],
    ['few before it', [{ issued_at }, 4]],
    ['others that stated none', [{ issued_at }, 8, { expires_at: undefined }]],
  ])('is not %s', (_, given) => expect(followed(...given)).toEqual([null, null]));
});
