import type { PeerView } from '../../detectors/detector.ts';
import { classRank, type PrivilegeClass, type Scope } from '../../schemas/alert.ts';
import type { Weights } from './weighing.ts';
import { LEARNED } from './weights.ts';

/**
 * One score for a session, out of all its findings so far. Two steps: a raw score, growing with every signal; and how
 * seldom honest sessions reach it: those of the agent itself, of its peers, and of any agent, by how much is known of
 * each. State: at most 1 KB an agent, 4 KB a session.
 */
export interface SessionFusion {
  /** By signal: the highest score, and the sum of scores. */
  best: Record<string, [max: number, sum: number]>;
  /** As of the last finding. */
  raw: number;
  score: number;
}

export interface FusionState {
  /** Sessions that ended. */
  n: number;
  /** Raw scores of the last of them, oldest first. */
  raws: number[];
  /** How many of them left their grants, by calls that only look and calls that change something. */
  left: [looked: number, acted: number];
}

export interface FusedFinding {
  detector: string;
  reason: string;
  score: number;
  class: PrivilegeClass;
  scope: Scope;
}

const KEPT = 64;
const SIGNALS = 48;
/** Beyond it a signal says no more: one finding alone must not settle a session. */
const CAP = 4;
const SCOPE_CAP = 8;
const SCOPE = 'out-of-scope';
const IN_SCOPE = '+granted';
/** Raw scores at which peers tell how many of their sessions lay above. */
const GRID = Array.from({ length: 33 }, (_, i) => i / 2);
/** For how many sessions the reference counts, and peers at most. */
const REFERENCE_STRENGTH = 8;
const PEERS_STRENGTH = 24;
/**
 * Raw units in which the tail of one past session falls to 1/e. Wider, every past session casts a shadow over those
 * above it, and scores promise more false alarms than are seen: at 1 a promised 10 % was 4 %, at 0.4 it is 10 %.
 */
const SCALE = 0.4;

export const initialFusion = (): FusionState => ({ n: 0, raws: [], left: [0, 0] });
export const initialSessionFusion = (): SessionFusion => ({ best: {}, raw: 0, score: 0 });

export function fuse(
  state: FusionState,
  session: SessionFusion,
  findings: readonly FusedFinding[],
  peers: PeerView,
  weights: Weights = LEARNED,
): { raw: number; score: number } {
  if (findings.length > 0) {
    for (const finding of findings) take(session, finding);
    session.raw = rawScore(state, session, weights);
    session.score = calibrated(state, session.raw, peers, weights);
  }
  return { raw: session.raw, score: session.score };
}

/** A session ended in which nothing was flagged: it says what is ordinary. */
export function closeSession(state: FusionState, session: SessionFusion, weights: Weights = LEARNED): void {
  state.raws.push(rawScore(state, session, weights));
  if (state.raws.length > KEPT) state.raws.shift();
  state.n += 1;
  if (session.best[SCOPE] !== undefined) state.left[0] += 1;
  if (session.best[`${SCOPE}!`] !== undefined) state.left[1] += 1;
}

/** What the agent tells its peers: how many of its sessions reached each raw score of the grid. */
export function contributeFusion(state: FusionState): Record<string, number> {
  const told: Record<string, number> = { n: state.raws.length };
  for (const at of GRID) {
    const above = state.raws.filter((raw) => raw >= at).length;
    if (above === 0) break;
    told[`r${at}`] = above;
  }
  return told;
}

function take({ best }: SessionFusion, finding: FusedFinding): void {
  const key = keyOf(finding);
  const { score } = finding;
  const known = Object.hasOwn(best, key) ? best[key] : undefined;
  if (known !== undefined) {
    known[0] = Math.max(known[0], score);
    known[1] += score;
  } else if (Object.keys(best).length < SIGNALS) best[key] = [score, score];
}

/** A finding about a call that a grant covers is another signal than one about a call that none does. */
function keyOf({ detector, reason, class: privilege, scope }: FusedFinding): string {
  if (detector === SCOPE) return acts(privilege) ? `${SCOPE}!` : SCOPE;
  return `${detector}:${reason}${scope === 'in' ? IN_SCOPE : ''}`;
}

const acts = (privilege: PrivilegeClass): boolean => classRank(privilege) >= classRank('write');

/** What the weights are applied to, by signal: the highest score, and log(1 + sum), both bounded. */
export function signalsOf(state: FusionState, { best }: SessionFusion): Record<string, [max: number, sum: number]> {
  const signals: Record<string, [number, number]> = {};
  for (const [key, [max, sum]] of Object.entries(best)) {
    const scope = key.startsWith(SCOPE);
    const telling = scope ? rarity(state, key.endsWith('!')) : 1;
    signals[key] = [telling * Math.min(max, scope ? SCOPE_CAP : CAP), telling * Math.log1p(sum)];
  }
  return signals;
}

function rawScore(state: FusionState, session: SessionFusion, weights: Weights): number {
  let raw = 0;
  for (const [key, [max, sum]] of Object.entries(signalsOf(state, session))) {
    const weight = Object.hasOwn(weights.signals, key) ? weights.signals[key]! : ([weights.others, 0] as const);
    raw += weight[0] * max + weight[1] * sum;
  }
  return raw;
}

/** How much leaving its grants says of this agent: 1 where it never does, near 0 where it does in every session. */
function rarity({ n, left }: FusionState, acted: boolean): number {
  return 1 - (left[acted ? 1 : 0] + 0.5) / (n + 4);
}

/**
 * -log10 of the share of honest sessions that reach this raw score: a conformal p-value (Vovk, Gammerman and Shafer
 * 2005) in which every past session counts not as a step but as a logistic tail, so that scores do not tie and beyond
 * the highest past session go on falling, to 1/e for every SCALE of raw score.
 */
function calibrated({ raws }: FusionState, raw: number, peers: PeerView, { reference }: Weights): number {
  const own = raws.reduce((sum, past) => sum + tail(raw - past), 0);
  const weighed = [
    { strength: raws.length, p: raws.length === 0 ? 0 : own / raws.length },
    { strength: REFERENCE_STRENGTH, p: shareAbove(reference.length > 0 ? reference : [0], raw) },
  ];
  const told = peers.sum('session', 'n');
  if (told > 0) weighed.push({ strength: Math.min(told, PEERS_STRENGTH), p: peersAbove(peers, told, raw) });
  const total = weighed.reduce((sum, { strength }) => sum + strength, 0);
  const p = weighed.reduce((sum, { strength, p: share }) => sum + strength * share, 0) / total;
  return -Math.log10(Math.max(p, 1e-12));
}

const tail = (beyond: number): number => 1 / (1 + Math.exp(beyond / SCALE));

const shareAbove = (past: readonly number[], raw: number): number =>
  past.reduce((sum, one) => sum + tail(raw - one), 0) / past.length;

function peersAbove(peers: PeerView, n: number, raw: number): number {
  let p = 0;
  let above = n;
  for (let i = 0; i < GRID.length; i += 1) {
    const next = i + 1 < GRID.length ? peers.sum('session', `r${GRID[i + 1]!}`) : 0;
    if (above > next) p += ((above - next) / n) * tail(raw - GRID[i]! - 0.25);
    above = next;
    if (above <= 0) break;
  }
  return p;
}
