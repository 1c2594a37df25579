import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PEERS, type PeerView } from '../../detectors/detector.ts';
import {
  closeSession,
  contributeFusion,
  type FusedFinding,
  fuse,
  initialFusion,
  initialSessionFusion,
} from '../../src/engine/fuse.ts';
import { UNWEIGHTED, type Weights } from '../../src/engine/weighing.ts';
import { LEARNED } from '../../src/engine/weights.ts';

const finding = (score: number, detector = 'provenance'): FusedFinding => ({
  detector,
  score,
  class: 'write',
  scope: 'ungoverned',
});
const scored = (
  findings: FusedFinding[],
  weights: Weights,
  peers: PeerView = NO_PEERS,
  past: number[] = [],
): number => {
  const state = { ...initialFusion(), n: past.length, raws: past };
  return fuse(state, initialSessionFusion(), findings, peers, weights).score;
};

describe.each([
  ['learned', LEARNED],
  ['without weights', UNWEIGHTED],
])('fusion, %s', (_, weights) => {
  it('never falls as a session goes on', () => {
    const any = fc.record({
      score: fc.double({ min: 0.01, max: 12, noNaN: true }),
      detector: fc.constantFrom(...Object.keys(LEARNED.signals), 'denials'),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 20 }), (told) => {
        const session = initialSessionFusion();
        let before = 0;
        for (const { score, detector } of told) {
          const now = fuse(initialFusion(), session, [finding(score, detector)], NO_PEERS, weights).score;
          expect(now).toBeGreaterThanOrEqual(before - 1e-12);
          before = now;
        }
      }),
    );
  });

  it('tells raw scores beyond all past ones apart', () => {
    const scores = [1, 2, 3, 4].map((score) => scored([finding(score)], weights, NO_PEERS, [0, 0, 0, 0.1]));
    expect(new Set(scores).size).toBe(4);
    expect([...scores].sort((a, b) => a - b)).toEqual(scores);
  });

  it('thinks less of it where sessions like it are common, own or of peers', () => {
    const findings = [finding(3), finding(2, 'argument-novelty')];
    const { raw } = fuse(initialFusion(), initialSessionFusion(), findings, NO_PEERS, weights);
    const calm = scored(findings, weights, NO_PEERS, new Array<number>(30).fill(0));
    const busy = scored(findings, weights, NO_PEERS, new Array<number>(30).fill(raw));
    expect(busy).toBeLessThan(calm);
    const told = new Map<string, number>();
    contributeFusion({ n: 20, raws: new Array<number>(20).fill(raw), left: 0 }, (key, value) => told.set(key, value));
    const peers: PeerView = { agents: 1, holders: () => 1, sum: (_d, key) => told.get(key) ?? 0 };
    expect(scored(findings, weights, peers)).toBeLessThan(scored(findings, weights));
  });
});

describe('fusion', () => {
  it('scores nothing where nothing was found', () => {
    expect(scored([], LEARNED)).toBe(0);
  });

  it('weighs leaving a grant by how seldom the agent does', () => {
    const left: FusedFinding = {
      detector: 'out-of-scope',
      score: 5,
      class: 'write',
      scope: 'out',
    };
    const raw = (often: number): number =>
      fuse({ n: 20, raws: [], left: often }, initialSessionFusion(), [left], NO_PEERS, LEARNED).raw;
    expect(raw(0)).toBeGreaterThan(3 * raw(18));
  });

  it('takes no look outside of the grants for a sign, and an unusual step within them for a quarter of one', () => {
    const rawOf = (of: Partial<FusedFinding>): number =>
      fuse(initialFusion(), initialSessionFusion(), [{ ...finding(3), ...of }], NO_PEERS, UNWEIGHTED).raw;
    expect(rawOf({ detector: 'out-of-scope', class: 'read', scope: 'out' })).toBe(0);
    expect(rawOf({ detector: 'out-of-scope', class: 'write', scope: 'out' })).toBeGreaterThan(0);
    expect(rawOf({ detector: 'sequence', scope: 'in' })).toBeCloseTo(rawOf({ detector: 'sequence' }) / 4);
    expect(rawOf({ scope: 'in' })).toBe(rawOf({}));
  });

  it('thinks more of one call with several signs than of several calls with one each', () => {
    const signs = [finding(2), finding(2, 'sequence'), finding(1, 'argument-novelty')];
    const together = initialSessionFusion();
    const apart = initialSessionFusion();
    const one = fuse(initialFusion(), together, signs, NO_PEERS, UNWEIGHTED);
    for (const sign of signs) fuse(initialFusion(), apart, [sign], NO_PEERS, UNWEIGHTED);
    expect(one.raw).toBeCloseTo(5);
    expect(apart.raw).toBeLessThan(4);
  });

  it('hardly grows with calls of which little is to be said', () => {
    const session = initialSessionFusion();
    for (let i = 0; i < 100; i += 1) fuse(initialFusion(), session, [finding(0.3, 'off-hours')], NO_PEERS);
    expect(session.raw).toBeCloseTo(0.03);
  });

  it('stays a number whatever is found', () => {
    const session = initialSessionFusion();
    const all = Object.keys(UNWEIGHTED.signals).map((detector) => finding(1e9, detector));
    for (let i = 0; i < 1000; i += 1) fuse(initialFusion(), session, all, NO_PEERS, UNWEIGHTED);
    expect(Number.isFinite(session.raw)).toBe(true);
    expect(Number.isFinite(session.score)).toBe(true);
  });

  it('has no weight below zero', () => {
    expect(Math.min(...Object.values(LEARNED.signals))).toBeGreaterThanOrEqual(0);
  });

  it('keeps its promise: of honest sessions like the past ones, a share p scores -log10 p or more', () => {
    let seed = 1;
    const random = (): number => {
      seed = (Math.imul(seed, 48_271) >>> 0) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const one = (): FusedFinding[] => (random() < 0.5 ? [] : [finding(-Math.log(random()))]);
    const state = initialFusion();
    let above = 0;
    for (let i = 0; i < 4000; i += 1) {
      const session = initialSessionFusion();
      const { score } = fuse(state, session, one(), NO_PEERS, LEARNED);
      if (i >= 200 && score >= 1.3) above += 1;
      closeSession(state, session);
    }
    expect(above / 3800).toBeLessThan(0.07);
  });

  it('is plain data and bounded', () => {
    const state = initialFusion();
    for (let i = 0; i < 1000; i += 1) {
      const session = initialSessionFusion();
      fuse(state, session, [finding(3, `r${i}`), finding(2, '__proto__')], NO_PEERS);
      for (let j = 0; j < 100; j += 1) fuse(state, session, [finding(1, `x${j}`)], NO_PEERS);
      expect(JSON.parse(JSON.stringify(session))).toEqual(session);
      expect(Object.keys(session.others).length).toBeLessThanOrEqual(48);
      closeSession(state, session);
    }
    expect(state.raws.length).toBe(64);
    expect(state.n).toBe(1000);
  });
});
