import { type Detector, NO_PEERS, type PeerView, type Score, type Seen } from '../../detectors/detector.ts';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import { extractArgs, extractResult } from '../../src/decode/extract.ts';
import { blankSeen } from '../support/blank-seen.ts';

/** One call, as briefly as a test can tell it. */
export interface Call {
  tool: string;
  class?: PrivilegeClass;
  args?: Record<string, unknown>;
  result?: unknown;
  at?: number;
  bytes?: number;
  status?: 'ok' | 'denied';
  /** The agent's own. */
  version?: string;
  /** Whom it acts for, who delegated first last; and the task's id. */
  chain?: string[];
  task?: string;
}

/** Hashes stand for themselves: a test sees what is kept. */
const hasher = (text: string): string => text;
const START = Date.parse('2026-10-05T09:00:00Z');

/** Folds calls through a detector, and those it builds on, as the engine does. */
export function agentUnder(detectors: readonly Detector[], peers: PeerView = NO_PEERS) {
  const states = new Map(detectors.map((one) => [one.id, one.initial()]));
  const last = detectors.at(-1)!;
  let n = 0;
  let begun = 0;
  return {
    get state(): unknown {
      return states.get(last.id);
    },
    /** All that was remembered beside the state is gone, as after a restart. */
    restart(): void {
      for (const [id, state] of states) states.set(id, JSON.parse(JSON.stringify(state)));
    },
    /** A session of calls, which is learned, held or left; answers what the last detector said of each. */
    session(calls: readonly Call[], learn: boolean | 'hold' = true): (Score | null)[] {
      const sessions = new Map(detectors.map((one) => [one.id, one.initialSession?.()]));
      begun += 1;
      return calls.map((call) => {
        n += 1;
        const seen = seenOf(call, n, peers, `s${begun}`);
        let said: Score | null = null;
        for (const one of detectors) {
          const config = one.config.parse({});
          const state = states.get(one.id);
          const observation = one.observe(state, seen, sessions.get(one.id), config);
          if (observation === null) continue;
          (seen.earlier as Map<string, unknown>).set(one.id, observation);
          const score = one.score(state, observation, config);
          if (one === last) said = score;
          const flagged = one.tells !== 'session' && (score?.score ?? 0) >= one.defaults.threshold;
          if (learn === 'hold') one.hold?.(state, observation, `s${begun}`);
          if (learn === true && !flagged) one.learn(state, observation, config);
        }
        return said;
      });
    },
  };
}

function seenOf(call: Call, n: number, peers: PeerView, session: string): Seen {
  const at = call.at ?? START + n * 60_000;
  const event = {
    key: n.toString(16).padStart(32, '0'),
    effectiveAt: at,
    body: {
      agent: { id: 'agent', ...(call.version === undefined ? {} : { version: call.version }) },
      server: { id: 'srv' },
      target: { type: 'tool', name: call.tool },
      method: 'tools/call',
      outcome: { status: call.status ?? 'ok' },
      ...(call.args === undefined ? {} : { args: call.args }),
      ...(call.chain === undefined ? {} : { delegation: call.chain.map((sub) => ({ sub })) }),
      ...(call.task === undefined ? {} : { task: { id: call.task } }),
      ...(call.bytes === undefined ? {} : { bytes_out: call.bytes }),
    },
    facts: {
      args: extractArgs(call.args, hasher),
      result: call.result === undefined ? [] : extractResult(call.result, hasher),
      redacted: [],
      tools: [],
    },
  } as unknown as Event;
  const used = call.status !== 'denied';
  return { ...blankSeen(at), event, class: call.class ?? 'read', used, session, sessionFrom: 'gateway', peers };
}

export const plain = (state: unknown): boolean =>
  JSON.stringify(JSON.parse(JSON.stringify(state))) === JSON.stringify(state);
export const bytes = (state: unknown): number => JSON.stringify(state).length;
