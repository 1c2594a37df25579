import type { PeerView } from '../../detectors/detector.ts';
import { classRank, type PrivilegeClass, type Scope } from '../../schemas/alert.ts';
import type { Weights } from './weighing.ts';
import { LEARNED } from './weights.ts';

/**
 * One score for a session, out of all its findings so far. Two steps. A raw score: what was found of one call is weighed
 * and added, which is the logarithm of the odds that this call was not the agent's own idea; the odds of calls add up, for
 * one such call is enough (multiple-instance learning, Dietterich, Lathrop and Lozano-Perez 1997). So many little things
 * about many calls stay little, and a bad call is told when it is made. Then how seldom honest sessions reach that score:
 * those of the agent itself, of its peers, and of any agent, by how much is known of each. State: at most 1 KB an agent,
 * 3 KB a session.
 */
export interface SessionFusion {
  /** Sum over calls of exp(what was found of it, weighed) - 1. */
  odds: number;
  /** Highest score by signal of those that have no weight of their own: they tell of the agent, not of one call. */
  others: Record<string, number>;
  /** Whether it left its grants, by calls that only look and by calls that change something. */
  left: [looked: boolean, acted: boolean];
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
const OTHERS = 48;
/** Beyond it a signal says no more: one finding alone must not settle a session. */
const CAP = 4;
const SCOPE_CAP = 8;
/** Beyond these log-odds a call is as certain as can be; their exponential is still a number. */
const LARGEST = 30;
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
export const initialSessionFusion = (): SessionFusion => ({
  odds: 0,
  others: {},
  left: [false, false],
  raw: 0,
  score: 0,
});

/** Takes in what was found of one call. */
export function fuse(
  state: FusionState,
  session: SessionFusion,
  findings: readonly FusedFinding[],
  peers: PeerView,
  weights: Weights = LEARNED,
): { raw: number; score: number } {
  if (findings.length > 0) {
    take(state, session, findings, weights);
    session.raw = Math.log1p(session.odds) + weights.others * sum(Object.values(session.others));
    session.score = calibrated(state, session.raw, peers, weights);
  }
  return { raw: session.raw, score: session.score };
}

/** A session ended in which nothing was flagged: it says what is ordinary. */
export function closeSession(state: FusionState, { raw, left }: SessionFusion): void {
  state.raws.push(raw);
  if (state.raws.length > KEPT) state.raws.shift();
  state.n += 1;
  if (left[0]) state.left[0] += 1;
  if (left[1]) state.left[1] += 1;
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

function take(state: FusionState, session: SessionFusion, findings: readonly FusedFinding[], weights: Weights): void {
  let weighed = 0;
  for (const [key, score] of Object.entries(signalsOf(state, findings))) {
    if (key === SCOPE) session.left[0] = true;
    else if (key === `${SCOPE}!`) session.left[1] = true;
    if (Object.hasOwn(weights.signals, key)) weighed += weights.signals[key]! * score;
    else if (Object.hasOwn(session.others, key) || Object.keys(session.others).length < OTHERS)
      session.others[key] = Math.max(session.others[key] ?? 0, score);
  }
  session.odds += Math.expm1(Math.min(weighed, LARGEST));
}

/** A finding about a call that a grant covers is another signal than one about a call that none does. */
function keyOf({ detector, reason, class: privilege, scope }: FusedFinding): string {
  if (detector === SCOPE) return acts(privilege) ? `${SCOPE}!` : SCOPE;
  return `${detector}:${reason}${scope === 'in' ? IN_SCOPE : ''}`;
}

const acts = (privilege: PrivilegeClass): boolean => classRank(privilege) >= classRank('write');

/** What the weights are applied to, of one call: by signal the highest score, bounded. */
export function signalsOf(state: FusionState, findings: readonly FusedFinding[]): Record<string, number> {
  const signals: Record<string, number> = {};
  for (const finding of findings) {
    const key = keyOf(finding);
    const scope = finding.detector === SCOPE;
    const score = scope
      ? rarity(state, acts(finding.class)) * Math.min(finding.score, SCOPE_CAP)
      : Math.min(finding.score, CAP);
    signals[key] = Math.max(signals[key] ?? 0, score);
  }
  return signals;
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

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
