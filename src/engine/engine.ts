import type { Alert, Judgement } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Event } from '../../schemas/event.ts';
import { type AgentState, isCrowded, newAgent } from './agent-state.ts';
import { type Asked, ask } from './ask.ts';
import { callIt, contribute } from './contribute.ts';
import { createTellDue } from './due.ts';
import { Earlier } from './earlier.ts';
import { closeSession } from './fuse.ts';
import { groupOf } from './group.ts';
import type { Inputs } from './inputs.ts';
import type { Armed } from './judge.ts';
import { judgeSession, type SessionSettings } from './judge-session.ts';
import type { PeerLedger } from './peers.ts';
import { CALL, type News } from './pieces.ts';
import { runnerOf } from './runner.ts';
import { isRejudged, seenOf } from './seen.ts';
import { endedSessions, sessionOf } from './session.ts';
import { createSlots, knownSlot } from './slots.ts';
import { type Failures, sparing } from './sparing.ts';
import type { Weights } from './weighing.ts';
import { rounded, whyOf } from './wording.ts';

export interface EngineSettings {
  armed: readonly Armed[];
  session: SessionSettings;
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
  /** Detectors that ended with an error on it, and which: they said nothing of it. */
  failed: readonly string[];
}

/** The fold of one event into one agent's state: synchronous, and a function of its arguments alone. */
export interface Engine {
  create(event: Event): AgentState;
  fold(agent: AgentState, event: Event, piece: News, inputs: Inputs, ledger: PeerLedger): Folded;
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
  const settled = armed.filter(({ detector }) => detector.settle !== undefined);

  const slotsOf = createSlots(armed.length);
  const tellDue = createTellDue(armed);

  /** The clock moves on: what fell due, sessions that ended, a new day's contribution. */
  const advance = (
    agent: AgentState,
    event: Event,
    at: number,
    inputs: Inputs,
    ledger: PeerLedger,
    failed: Failures,
  ): Alert[] => {
    const alerts = tellDue(agent, at, inputs, failed);
    for (const one of settled) {
      const slot = knownSlot(agent, one.detector);
      if (slot !== undefined) sparing(failed, one.detector.id, () => one.detector.settle?.(slot.state, at, one.config));
    }
    const day = Math.floor(at / DAY);
    ledger.publish(day);
    if (day > agent.day) {
      if (at < learnUntil || agent.clock < learnUntil) contribute(agent, event, day, ledger, armed, failed);
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
    create: ({ body: { agent }, effectiveAt }) => newAgent(agent.id, groupOf(agent), effectiveAt),

    fold(agent, event, piece, inputs, ledger) {
      const at = event.effectiveAt;
      const failed: Failures = [];
      const alerts =
        at > agent.clock || isCrowded(agent)
          ? advance(agent, event, Math.max(at, agent.clock), inputs, ledger, failed)
          : [];
      ledger.publish(agent.day);
      const session = sessionOf(agent, event);
      const earlier = new Earlier(places);
      const seen = seenOf(agent, event, session, inputs, ledger, earlier);
      const asked: Asked = {
        agent,
        session,
        slots: slotsOf(agent),
        inputs,
        seen,
        earlier,
        piece,
        rejudged: isRejudged(seen, piece, inputs),
        announced: inputs.announced(agent.id, at) !== undefined,
        frozen: at >= learnUntil || session.flagged || inputs.compromised(agent.id, session.key),
        alerts,
        findings: [],
        fused: [],
        held: null,
        explained: 0,
        failed,
        top: 0,
      };
      const told = alerts.length;
      for (const runner of runners) ask(runner, asked);
      judgeSession(asked, told, sessionSettings, weights);
      if ((piece & CALL) !== 0) agent.calls += 1;
      callIt(agent, event);
      return {
        judgement: {
          class: seen.class,
          classFrom: seen.classFrom,
          classRule: seen.classRule,
          scope: seen.scope,
          grantId: seen.grantId,
          scopeWhy: whyOf(seen),
          score: rounded(asked.top),
          findings: asked.findings,
        },
        alerts,
        session: session.key,
        sessionScore: session.score,
        explained: asked.explained,
        failed: failed,
      };
    },

    due(agent, until, inputs) {
      if (until <= agent.clock) return [];
      // Little of it is written to; the rest is a hundred times as large, and this is asked of every agent in memory.
      const { stories, hidden } = agent;
      return tellDue({ ...agent, stories: structuredClone(stories), hidden: { ...hidden } }, until, inputs, []);
    },
  };
}
