import type { DetectorDefaults, Seen } from '../../detectors/detector.ts';
import { REASONS } from '../../detectors/flow/words.ts';
import { classRank, type Frameworks, type PrivilegeClass, type Severity } from '../../schemas/alert.ts';
import { cut, cutWords } from '../../schemas/cut.ts';
import { DAY, HOUR } from '../../schemas/durations.ts';
import type { AgentState, SessionState } from './agent-state.ts';
import { nameIn } from './group.ts';
import { behalf } from './judge.ts';
import { sessionSql } from './proof.ts';
import type { AlertDraft, Finding } from './suppress.ts';
import { toldAt } from './told-at.ts';
import { rounded, sentence } from './wording.ts';

/** Id under which the session's one alert stands beside those of the detectors. */
export const SESSION_DETECTOR = 'session';
const REASON = 'session_risk';

export const SESSION_DEFAULTS: DetectorDefaults = {
  warmUp: { count: 0, days: 0 },
  threshold: 3.3,
  severity: 'medium',
  cooldownMs: 6 * HOUR,
};

/** Detectors whose findings say what happened, best first; the others say that something did. */
export const TELLING = ['provenance', 'secret-reach', 'out-of-scope', 'denials', 'delegation', 'toxic-flow'];

const FRAMEWORKS: Frameworks = {
  owasp_asi: ['ASI01', 'ASI02'],
  mitre_atlas: ['AML.T0053', 'AML.T0086'],
  maestro: ['L3', 'L7'],
  nist_ai_rmf: ['MEASURE'],
};

/** Ten times less likely than what is told. */
export const isGrave = (score: number, { threshold }: DetectorDefaults): boolean => score >= threshold + 1;

/** So many powers of ten more than was told or judged of a session make it news again. */
export const MORE = 0.5;

/**
 * Whether what a session did is kept out of what is normal: by how unlikely it was, and where it reached secrets or
 * identities. How much its call could do is no sign that it was not the agent's own idea.
 */
export const isHeld = (score: number, reached: PrivilegeClass, settings: DetectorDefaults): boolean =>
  isGrave(score, settings) || classRank(reached) >= classRank('secret');

/**
 * What chance alone brings an agent more often than once in so many weeks is worth a look, and no call at night. In half as
 * many where something is seen to flow out of a result into a call: a new kind of work does not explain that.
 */
const CHANCE_WEEKS = 200;
const CHANCE_WEEKS_OF_FLOW = 100;
const WEEK = 7 * DAY;

/** So unusual a session comes to this agent by chance every now and then: the oftener, the more sessions it has. */
function isChance({ fusion, clock, firstAt }: AgentState, { score, findings }: SessionState): boolean {
  const weekly = fusion.n / Math.max(1, (clock - firstAt) / WEEK);
  const flows = findings.some(({ detector, reason }) => detector === 'provenance' || reason === REASONS.took);
  return weekly * 10 ** -score * (flows ? CHANCE_WEEKS_OF_FLOW : CHANCE_WEEKS) > 1;
}

/** A session whose findings together are unusual: graded by how far, and by what the call that shows it reached. */
export function sessionSeverity(
  agent: AgentState,
  session: SessionState,
  seen: Seen,
  settings: DetectorDefaults,
): Severity {
  if (isChance(agent, session)) return 'low';
  const high = isGrave(session.score, settings);
  const privileged = classRank(seen.class) >= classRank('execute');
  if (high && privileged) return 'critical';
  return high || privileged ? 'high' : settings.severity;
}

/** What suppression of the session's alert goes by. */
export const sessionFinding = (
  agent: AgentState,
  session: SessionState,
  seen: Seen,
  settings: DetectorDefaults,
): Finding => ({
  detector: SESSION_DETECTOR,
  class: seen.class,
  reason: REASON,
  severity: sessionSeverity(agent, session, seen, settings),
  score: rounded(session.score),
});

/** How the session stands among those of the agent that are over. */
function standing({ fusion: { raws } }: AgentState, { fusion }: SessionState): string {
  const above = raws.filter((raw) => raw >= fusion.raw).length;
  if (raws.length === 0) return 'none of its sessions is known yet, it is held against those of its peers';
  return `${above === 0 ? 'none' : above} of its last ${raws.length} sessions ${above === 1 ? 'was' : 'were'} as unusual`;
}

/** The session's alert, with what contributed to it in the order in which it happened. */
export function sessionDraft(
  agent: AgentState,
  session: SessionState,
  seen: Seen,
  settings: DetectorDefaults,
  owner?: string,
): AlertDraft {
  const { body } = seen.event;
  const findings = session.findings;
  const largest = [...findings].sort((a, b) => b.score - a.score).slice(0, 5);
  // What was copied out of a result says what happened; how unusual a value is says only that something did.
  const telling =
    TELLING.map((id) => largest.find(({ detector }) => detector === id)).find((one) => one !== undefined) ?? largest[0];
  const story = findings
    .map(({ seen: what }) => what)
    .slice(-6)
    .join('; then ');
  const derived =
    session.from === 'gateway'
      ? ''
      : ` (session derived from ${session.from === 'idle' ? 'an idle gap' : `the ${session.from}`})`;
  return {
    detector: SESSION_DETECTOR,
    title: cutWords(`${agent.id}: session unlike its others - ${telling?.seen ?? 'several weak signs together'}`, 160),
    summary: `In session ${session.key}${derived}, ${session.calls} ${session.calls === 1 ? 'call' : 'calls'} long, this came together: ${story}. ${sentence(`Normal for this agent in that place: ${telling?.expected ?? 'none of it'}`)}`,
    severity: sessionSeverity(agent, session, seen, settings),
    score: rounded(session.score),
    reason: REASON,
    occurred_at: toldAt(seen.event),
    agent: { id: agent.id, ...nameIn(agent), ...(owner ? { owner } : {}) },
    session_id: session.key,
    ...behalf(seen.event),
    server: body.server.id,
    ...(body.target.name ? { target: body.target.name } : {}),
    event_ids: [...new Set([...findings.map(({ eventId }) => eventId), body.event_id])].slice(-20),
    class: seen.class,
    scope: seen.scope,
    ...(seen.grantId ? { grant_id: seen.grantId } : {}),
    proof: {
      seen: cut(story, 400),
      expected: cut(`${telling?.expected ?? 'none of it'}; ${standing(agent, session)}`, 400),
      n: agent.calls,
      window: `${Math.round((seen.at - agent.firstAt) / DAY)} d`,
      threshold: settings.threshold,
      contributors: largest.map(({ detector, reason, score }) => ({
        name: `${detector}: ${reason}`,
        value: rounded(score),
      })),
      sql: sessionSql(agent.id, session),
    },
    frameworks: FRAMEWORKS,
  };
}
