import type { Detector, DetectorDefaults, Score, Seen } from '../../detectors/detector.ts';
import type { Alert, Judgement, Scope } from '../../schemas/alert.ts';
import type { CanonicalEvent, Event } from '../../schemas/event.ts';
import { type AgentState, isCrowded, MAX_SESSION_FINDINGS, type SessionState } from './agent-state.ts';
import { callIt, contribute } from './contribute.ts';
import { Earlier } from './earlier.ts';
import { closeSession, type FusedFinding, fuse, initialFusion } from './fuse.ts';
import type { Inputs } from './inputs.ts';
import { type Armed, draftAlert, findingOf, isWarm } from './judge.ts';
import { FLEET } from './peer-sums.ts';
import type { PeerLedger } from './peers.ts';
import { ARGUMENTS, CALL, type Piece, RESULT } from './pieces.ts';
import { type HeldObservation, learn, runnerOf } from './runner.ts';
import { endedSessions, sessionOf } from './session.ts';
import { isGrave, isHeld } from './session-alert.ts';
import { silentSeen } from './silent.ts';
import { createSlots, knownSlot, sessionStateOf, slotOf } from './slots.ts';
import { type AlertDraft, closing, dueStories, tell } from './suppress.ts';
import { tellFinding, tellSession } from './telling.ts';
import { foundBy, foundIn, isHidden } from './verdicts.ts';
import type { Weights } from './weighing.ts';
import { went } from './went.ts';
import { rounded, whyOf } from './wording.ts';

const DAY = 86_400_000;

export interface EngineSettings {
  armed: readonly Armed[];
  /** The session's fused score from which on it alerts, and the silence after which its alert closes. */
  session: DetectorDefaults & { enabled: boolean };
  /** From this effective time on nothing is learned across sessions; absent: always learning. */
  learnUntil?: number;
  /** What the signals of a session weigh; the learned ones where absent. */
  weights?: Weights;
}

/** What the fold of one event led to. */
export interface Folded {
  judgement: Judgement;
  /** New revisions of alerts, in the order in which they arose. */
  alerts: Alert[];
  session: string;
  /** The session's fused score after this event. */
  sessionScore: number;
  /** Findings that an announced change or a verdict explained: counted, not told. */
  explained: number;
}

/** The fold of one event into one agent's state: synchronous, and a function of its arguments alone. */
export interface Engine {
  create(event: Event): AgentState;
  fold(agent: AgentState, event: Event, piece: Piece, inputs: Inputs, ledger: PeerLedger): Folded;
  /** What falls due by silence up to `until`, without changing the state (rule R7). */
  due(agent: AgentState, until: number, inputs: Inputs): Alert[];
}

export function createEngine({
  armed,
  session: sessionSettings,
  learnUntil = Number.POSITIVE_INFINITY,
  weights,
}: EngineSettings): Engine {
  const places = new Map(armed.map(({ detector }, n) => [detector.id, n]));
  const runners = armed.map(runnerOf);
  const dueArmed = armed.filter(({ detector }) => detector.due !== undefined);
  const settled = armed.filter(({ detector }) => detector.settle !== undefined);

  const slotsOf = createSlots(armed.length);

  const dueFindings = (agent: AgentState, until: number): { armed: Armed; at: number; score: Score }[] => {
    const found: { armed: Armed; at: number; score: Score }[] = [];
    for (const one of dueArmed) {
      const slot = knownSlot(agent, one.detector);
      if (slot === undefined) continue;
      for (const { at, score } of one.detector.due?.(slot.state, until, one.config) ?? [])
        if (score.score >= one.settings.threshold && isWarm(one, slot, at)) found.push({ armed: one, at, score });
    }
    return found.sort((a, b) => a.at - b.at);
  };

  /** Alerts that silence brought about before `until`, oldest first; detectors' own, then stories that ended. */
  const tellDue = (agent: AgentState, until: number, inputs: Inputs): Alert[] => {
    const alerts: Alert[] = [];
    for (const { armed: one, at, score } of dueFindings(agent, until)) {
      if (inputs.announced(agent.id, at) !== undefined) continue;
      const seen = silentSeen(agent, at);
      if (isHidden(agent, foundBy(one.detector, score), seen, inputs)) continue;
      const draft = (): AlertDraft => draftAlert(one, agent, seen, score, inputs.owner(agent.id));
      const alert = tell(
        agent,
        findingOf(one, seen, score),
        draft,
        at,
        [`due:${at}`],
        one.settings.cooldownMs,
        score.story,
      );
      if (alert !== null) alerts.push(alert);
    }
    for (const { story, at } of dueStories(agent, until)) alerts.push(closing(story, at));
    if (alerts.length === 0) return alerts;
    agent.stories = agent.stories.filter(
      (story) => !alerts.some((a) => a.stage === 'close' && a.alert_id === story.alert.alert_id),
    );
    return alerts;
  };

  /** The clock moves on: what fell due, sessions that ended, a new day's contribution. */
  const advance = (agent: AgentState, event: Event, at: number, inputs: Inputs, ledger: PeerLedger): Alert[] => {
    const alerts = tellDue(agent, at, inputs);
    for (const one of settled) {
      const slot = knownSlot(agent, one.detector);
      if (slot !== undefined) one.detector.settle?.(slot.state, at, one.config);
    }
    const day = Math.floor(at / DAY);
    ledger.publish(day);
    if (day > agent.day) {
      if (at < learnUntil || agent.clock < learnUntil) contribute(agent, event, day, ledger, armed);
      agent.day = day;
    }
    agent.clock = at;
    callIt(agent, event);
    for (const ended of endedSessions(agent)) {
      const held = ended.flagged || inputs.compromised(agent.id, ended.key);
      if (ended.lastAt < learnUntil && !held) closeSession(agent.fusion, ended.fusion);
    }
    return alerts;
  };

  return {
    create: (event) => ({
      id: event.body.agent.id,
      group: event.body.agent.name ?? '',
      firstAt: event.effectiveAt,
      clock: event.effectiveAt,
      day: Math.floor(event.effectiveAt / DAY),
      calls: 0,
      detectors: {},
      sessions: [],
      stories: [],
      fusion: initialFusion(),
      told: {},
    }),

    fold(agent, event, piece, inputs, ledger) {
      const at = event.effectiveAt;
      const alerts =
        at > agent.clock || isCrowded(agent) ? advance(agent, event, Math.max(at, agent.clock), inputs, ledger) : [];
      ledger.publish(agent.day);
      const frozen = at >= learnUntil;
      const session = sessionOf(agent, event);
      const { body } = event;
      const classified = inputs.classify(body);
      const judged = inputs.scope(body, classified.class, at);
      const priors = inputs.peers ?? ledger;
      const earlier = new Earlier(places);
      const seen: Seen = {
        event,
        at,
        class: classified.class,
        classFrom: classified.classFrom,
        classRule: classified.classRule,
        stores: classified.stores ?? [],
        sentTo: classified.sentTo ?? '',
        scope: judged.scope,
        grantId: judged.grantId,
        grantSince: judged.grantSince ?? Number.NEGATIVE_INFINITY,
        scopeWhy: judged.scopeWhy,
        outside: judged.outside ?? '',
        via: judged.via ?? '',
        governed: judged.governed,
        granted: inputs.granted,
        compromised: inputs.compromised,
        charter: inputs.charter(body, classified.class),
        ...went(body),
        session: session.key,
        sessionFrom: session.from,
        peers: priors.view(agent.group),
        fleet: priors.view(FLEET),
        earlier,
      };
      const late = (piece & (CALL | ARGUMENTS)) === ARGUMENTS && scopeUnasked(inputs, body, at) !== judged.scope;
      const announced = inputs.announced(agent.id, at);
      const poisoned = session.flagged || inputs.compromised(agent.id, session.key);
      const findings: Judgement['findings'] = [];
      const fused: FusedFinding[] = [];
      let explained = 0;
      let top = 0;
      const told = alerts.length;
      const slots = slotsOf(agent);
      /** What adds to the session, however little: learned unless the session is held against it. */
      let held: HeldObservation[] | null = null;

      for (const runner of runners) {
        const { place, detector, config, settings } = runner;
        const asked = (piece & runner.asks) !== 0;
        const again = late && runner.rereads;
        if (!asked && !again && ((piece & RESULT) === 0 || runner.complete === undefined)) continue;
        const slot = slots[place] ?? slotOf(agent, detector);
        slots[place] = slot;
        const part = runner.ofSession ? sessionStateOf(session, detector) : undefined;
        const observation =
          asked || again
            ? runner.observe(slot.state, seen, part, config)
            : runner.complete!(slot.state, seen, part, config);
        if (observation === null) continue;
        if (asked) earlier.put(place, observation);
        const score = runner.score(slot.state, observation, config);
        let flagged = false;
        if (score !== null && score.score > 0) {
          const warm = isWarm(runner, slot, at);
          findings.push({ detector: detector.id, score: rounded(score.score) });
          // A trend tells of the agent, not of this session; and what was refused did not happen: its own detectors tell of it.
          if (detector.shows === undefined && seen.used)
            fused.push({ detector: detector.id, score: score.score, class: seen.class, scope: seen.scope });
          if (score.score > top) top = score.score;
          remember(session, detector, score, body.event_id);
          if (warm && score.score >= settings.threshold) {
            if (announced !== undefined || isHidden(agent, foundBy(detector, score), seen, inputs)) explained += 1;
            else {
              flagged = true;
              if (detector.tells !== 'session') {
                const alert = tellFinding(runner, agent, seen, score, inputs);
                if (alert !== null) alerts.push(alert);
              }
            }
          }
        }
        if (slot.since === 0) slot.since = at;
        if (again || frozen || poisoned || (seen.failed && !runner.learnsFailed)) continue;
        if (detector.tells === 'session' && score !== null) {
          held ??= [];
          held.push({ runner, slot, observation, asked, flagged });
        } else if (!flagged) learn(runner, slot, observation, asked);
      }

      const fusedScore = fuse(agent.fusion, session.fusion, fused, seen.peers, weights);
      const grew = fusedScore.score > session.score;
      session.score = Math.max(session.score, fusedScore.score);
      session.firstAt = Math.min(session.firstAt, at);
      session.lastAt = Math.max(session.lastAt, at);
      const counts = (piece & CALL) === 0 ? 0 : 1;
      session.calls += counts;
      const risky = sessionSettings.enabled && grew && session.score >= sessionSettings.threshold;
      if (risky && announced === undefined && !isHidden(agent, foundIn(session), seen, inputs)) {
        // What is merely unlikely is told, and learned, or a new duty of an honest agent would be told of for ever.
        session.flagged ||= isHeld(session.score, seen.class, sessionSettings);
        // What this call did is told already under its own name; the session is told when more comes to it.
        if (alerts.length === told) {
          const alert = tellSession(agent, session, seen, sessionSettings, inputs);
          if (alert !== null) alerts.push(alert);
        }
      }
      if (held !== null) {
        // Little things alone never bring a session near to that; what is held for its reach alone keeps out what was found.
        const grave = session.flagged && isGrave(session.score, sessionSettings);
        for (const { runner, slot, observation, asked, flagged } of held)
          if (!grave && !(flagged && session.flagged)) learn(runner, slot, observation, asked);
          else runner.detector.hold?.(slot.state, observation, session.key);
      }
      agent.calls += counts;
      callIt(agent, event);
      return {
        judgement: {
          class: classified.class,
          classFrom: classified.classFrom,
          classRule: classified.classRule,
          scope: seen.scope,
          grantId: seen.grantId,
          scopeWhy: whyOf(seen),
          score: rounded(top),
          findings,
        },
        alerts,
        session: session.key,
        sessionScore: session.score,
        explained,
      };
    },

    due(agent, until, inputs) {
      if (until <= agent.clock) return [];
      // Little of it is written to; the rest is a hundred times as large, and this is asked of every agent in memory.
      const { stories, hidden } = agent;
      return tellDue({ ...agent, stories: structuredClone(stories), hidden: { ...hidden } }, until, inputs);
    },
  };
}

/** What the scope of a call is while its arguments are not known. */
function scopeUnasked(inputs: Inputs, { args: _, ...body }: CanonicalEvent, at: number): Scope {
  const unasked: CanonicalEvent = { ...body, args_state: 'absent' };
  return inputs.scope(unasked, inputs.classify(unasked).class, at).scope;
}

function remember(session: SessionState, detector: Detector, score: Score, eventId: string): void {
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
