import type { PeerView, Tell } from '../../detectors/detector.ts';
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
  /** Highest score by detector of those that have no weight of their own. */
  others: Record<string, number>;
  /** Whether a call that changes something left its grants. */
  left: boolean;
  /** As of the last finding. */
  raw: number;
  score: number;
}

export interface FusionState {
  /** Sessions that ended. */
  n: number;
  /** Raw scores of the last of them, oldest first. */
  raws: number[];
  /** How many of them left their grants by a call that changes something. */
  left: number;
}

export interface FusedFinding {
  detector: string;
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
/** A grant that covers the call explains the step; it does not explain where its arguments come from. */
const STEP = 'sequence';
const EXPLAINED = 0.25;
/** Raw scores at which peers tell how many of their sessions lay above. */
const GRID = [
  0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 12, 14, 16,
];
/** For how many of the agent's sessions the prior counts, and for how many of its peers' the reference. */
const PRIOR_STRENGTH = 8;
const REFERENCE_STRENGTH = 8;
/**
 * Raw units in which the tail of one past session falls to 1/e. Wider, every past session casts a shadow over those
 * above it, and scores promise more false alarms than are seen: at 0.4 a promised 10 % was 1 % in calm companies, at 0.1
 * it is 7 to 8 %. The reference has quantiles only, which stand farther apart.
 */
const SCALE = 0.1;
const REFERENCE_SCALE = 0.4;

export const initialFusion = (): FusionState => ({ n: 0, raws: [], left: 0 });
export const initialSessionFusion = (): SessionFusion => ({
  odds: 0,
  others: {},
  left: false,
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
  if (left) state.left += 1;
}

/** What the agent tells its peers: how many of its sessions reached each raw score of the grid. */
export function contributeFusion(state: FusionState, tell: Tell): void {
  tell('n', state.raws.length);
  for (const at of GRID) {
    let above = 0;
    for (const raw of state.raws) if (raw >= at) above += 1;
    if (above === 0) break;
    tell(`r${at}`, above);
  }
}

function take(state: FusionState, session: SessionFusion, findings: readonly FusedFinding[], weights: Weights): void {
  let weighed = 0;
  for (const [key, score] of Object.entries(signalsOf(state, findings))) {
    if (key === SCOPE) session.left = true;
    if (Object.hasOwn(weights.signals, key)) weighed += weights.signals[key]! * score;
    else if (Object.hasOwn(session.others, key) || Object.keys(session.others).length < OTHERS)
      session.others[key] = Math.max(session.others[key] ?? 0, score);
  }
  session.odds += Math.expm1(Math.min(weighed, LARGEST));
}

/** What the weights are applied to, of one call: by detector the highest score, bounded. */
export function signalsOf(state: FusionState, findings: readonly FusedFinding[]): Record<string, number> {
  const signals: Record<string, number> = {};
  for (const finding of findings) {
    const score = strengthOf(state, finding);
    if (score > 0) signals[finding.detector] = Math.max(signals[finding.detector] ?? 0, score);
  }
  return signals;
}

/**
 * Honest work often looks about outside of its grants, and tells nothing by that; a call there that changes something
 * tells the more, the less often sessions of this agent do such a thing.
 */
function strengthOf({ n, left }: FusionState, { detector, score, class: privilege, scope }: FusedFinding): number {
  if (detector === SCOPE) {
    const rarity = 1 - (left + 0.5) / (n + 4);
    return classRank(privilege) >= classRank('write') ? rarity * Math.min(score, SCOPE_CAP) : 0;
  }
  return Math.min(score, CAP) * (detector === STEP && scope === 'in' ? EXPLAINED : 1);
}

/**
 * -log10 of the share of honest sessions that reach this raw score: a conformal p-value (Vovk, Gammerman and Shafer
 * 2005) in which every past session counts not as a step but as a logistic tail, so that scores do not tie and beyond
 * the highest past session go on falling. Own sessions back off to those of the peers, and these to the reference.
 */
function calibrated({ raws }: FusionState, raw: number, peers: PeerView, { reference }: Weights): number {
  const told = peers.sum('session', 'n');
  const prior = backedOff(
    told,
    told > 0 ? peersAbove(peers, told, raw) : 0,
    REFERENCE_STRENGTH,
    expected(reference, raw),
  );
  const p = backedOff(raws.length, shareAbove(raws, raw), PRIOR_STRENGTH, prior);
  return -Math.log10(Math.max(p, 1e-12));
}

const backedOff = (n: number, share: number, strength: number, prior: number): number =>
  (n * share + strength * prior) / (n + strength);

const tail = (beyond: number, scale = SCALE): number => 1 / (1 + Math.exp(beyond / scale));

const shareAbove = (past: readonly number[], raw: number, scale = SCALE): number =>
  past.reduce((total, one) => total + tail(raw - one, scale), 0) / Math.max(1, past.length);

const expected = (reference: readonly number[], raw: number): number =>
  reference.length > 0 ? shareAbove(reference, raw, REFERENCE_SCALE) : Math.exp(-raw);

/** Each of their sessions stands in the middle between the two scores of the grid that it lies between. */
function peersAbove(peers: PeerView, n: number, raw: number): number {
  let p = 0;
  let above = n;
  for (let i = 0; i < GRID.length && above > 0; i += 1) {
    const at = GRID[i]!;
    const end = GRID[i + 1];
    const next = end === undefined ? 0 : peers.sum('session', `r${end}`);
    if (above > next) p += ((above - next) / n) * tail(raw - (at + (end ?? at)) / 2);
    above = next;
  }
  return p;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
