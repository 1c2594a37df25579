import type { PeerView } from '../../detectors/detector.ts';
import type { PrivilegeClass } from '../../schemas/alert.ts';

/** What a session's findings add up to: the largest score of each detector, summed. */
export interface SessionFusion {
  best: Record<string, number>;
}

export type FusionState = Record<string, never>;

export interface FusedFinding {
  detector: string;
  reason: string;
  score: number;
  class: PrivilegeClass;
}

export const initialFusion = (): FusionState => ({});
export const initialSessionFusion = (): SessionFusion => ({ best: {} });

export function fuse(
  _state: FusionState,
  session: SessionFusion,
  findings: FusedFinding[],
  _peers: PeerView,
): { raw: number; score: number } {
  for (const finding of findings)
    session.best[finding.detector] = Math.max(session.best[finding.detector] ?? 0, finding.score);
  const raw = Object.values(session.best).reduce((sum, score) => sum + score, 0);
  return { raw, score: raw };
}

export function closeSession(_state: FusionState, _session: SessionFusion): void {}
