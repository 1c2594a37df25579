import type { Seen } from '../../detectors/detector.ts';
import type { Alert } from '../../schemas/alert.ts';
import { DAY } from '../../schemas/durations.ts';
import type { Contribution } from './contribution.ts';
import { type FusionState, initialFusion, type SessionFusion } from './fuse.ts';

/** Everything that is known of one agent: plain data, bounded, equal to itself after a JSON round trip. */
export interface AgentState {
  id: string;
  /** Peer group: agent.name as first told, or the family of its id (group.ts); '' where there is neither. */
  group: string;
  firstAt: number;
  /** The agent's own clock: the latest effective time seen of it. */
  clock: number;
  /** Day (since the epoch) of the clock; when it changes, the agent contributes to its peers' prior. */
  day: number;
  calls: number;
  detectors: Record<string, DetectorSlot>;
  sessions: SessionState[];
  stories: Story[];
  fusion: FusionState;
  /** What the agent last told its peers. */
  told: Contribution;
  /** Alert -> how many findings its verdict `safe` has hidden since. */
  hidden?: Record<string, number>;
}

/** One detector's state for one agent, and how far it has learned. */
export interface DetectorSlot {
  version: number;
  /** Observations learned. */
  learned: number;
  /** Effective time of the first observation; 0 before it. */
  since: number;
  state: unknown;
}

export interface SessionState {
  key: string;
  from: Seen['sessionFrom'];
  firstAt: number;
  lastAt: number;
  calls: number;
  /** Highest fused score that any point of it reached. */
  score: number;
  /** That score when it was told of last; absent where it never was. */
  told?: number;
  /** Session state of the detectors that keep one, by id. */
  detectors: Record<string, unknown>;
  fusion: SessionFusion;
  /** Findings that counted, in order, bounded: the material of the session's one alert. */
  findings: { detector: string; reason: string; score: number; seen: string; expected: string; eventId: string }[];
  flagged: boolean;
}

/** A stream of findings of one kind about one agent, told as one alert that opens, updates and closes. */
export interface Story {
  /** detector, privilege class and reason: what suppression goes by. */
  key: string;
  /** The newest revision told; its suppressed_count is that of when it was told. */
  alert: Alert;
  /** The highest of each that was told of it; absent where the newest revision is the highest in all. */
  worst?: Pick<Alert, 'class' | 'severity' | 'score'>;
  /** Keys of the last events that were told; absent in a state from before there were any. */
  keys?: string[];
  lastAt: number;
  toldAt: number;
  cooldownMs: number;
  /** The silence after which it is over, where that is longer. */
  quietMs?: number;
  suppressed: number;
}

/** Bounds of what is kept of one agent; sessions and stories beyond them are closed, oldest first. */
export const MAX_SESSIONS = 32;
export const MAX_STORIES = 64;
export const MAX_SESSION_FINDINGS = 24;

/** An agent of whom nothing is known before this time. */
export const newAgent = (id: string, group: string, at: number): AgentState => ({
  id,
  group,
  firstAt: at,
  clock: at,
  day: Math.floor(at / DAY),
  calls: 0,
  detectors: {},
  sessions: [],
  stories: [],
  fusion: initialFusion(),
  told: {},
});

/** What is late moves no clock, and would be kept without end: twice as much is enough of it. */
export const isCrowded = ({ sessions, stories }: AgentState): boolean =>
  sessions.length > 2 * MAX_SESSIONS || stories.length > 2 * MAX_STORIES;
