import type { Detector, Score } from '../../detectors/detector.ts';
import { MAX_SESSION_FINDINGS, type SessionState } from './agent-state.ts';

/** Keeps what was found for the session's one alert: of each detector and reason the strongest, the weakest given up first. */
export function noteFinding(session: SessionState, detector: Detector, score: Score, eventId: string): void {
  const findings = session.findings;
  const known = findings.find((finding) => finding.detector === detector.id && finding.reason === score.reason);
  if (known !== undefined && known.score >= score.score) return;
  if (known !== undefined) findings.splice(findings.indexOf(known), 1);
  else if (findings.length >= MAX_SESSION_FINDINGS) {
    const weakest = findings.reduce((low, finding, index) => (finding.score < findings[low]!.score ? index : low), 0);
    if (findings[weakest]!.score >= score.score) return;
    findings.splice(weakest, 1);
  }
  findings.push({
    detector: detector.id,
    reason: score.reason,
    score: score.score,
    seen: score.seen.slice(0, 200),
    expected: score.expected.slice(0, 200),
    eventId,
  });
}
