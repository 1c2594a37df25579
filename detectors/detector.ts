import type { z } from 'zod';
import type { ClassSource, Frameworks, Outside, PrivilegeClass, Scope, Severity } from '../schemas/alert.ts';
import type { Event } from '../schemas/event.ts';

/**
 * What a detector sees of one event. Read-only. The engine has already settled privilege, scope, session and time; a
 * detector knows neither the wall clock nor Kafka, SQL, HTTP or its own threshold.
 */
export interface Seen {
  event: Event;
  /** The clock of everything: effective time, epoch milliseconds (rule R7). */
  at: number;
  class: PrivilegeClass;
  classFrom: ClassSource;
  classRule: string;
  /** Stores of secrets that the arguments name. */
  stores: readonly SecretStore[];
  /** Where a line of shell sends what it takes out of one of them, or out of the environment; '' where nowhere. */
  sentTo: string;
  scope: Scope;
  grantId: string;
  /** Since when the grant that covers the call is in force, or will be, if that is all; -Infinity: always, or there is none. */
  grantSince: number;
  /** Why the scope is what it is, one reason a failed constraint, for people; '' where nothing failed. */
  scopeWhy: string;
  /** The weightiest constraint that failed; '' where the call is not out of scope. */
  outside: Outside | '';
  /** The principal of the chain of delegation whose grants settled the scope; '' where the agent's own did. */
  via: string;
  /** True where the agent has ever had a grant. */
  governed: boolean;
  /** What is granted to an agent, in force or not: to be asked seldom. */
  granted(agentId: string): readonly Granted[];
  /** Whether somebody said that a session of the agent was none of its own doing. */
  compromised(agentId: string, session: string): boolean;
  /** Why the call lies outside of what the agent is for (its charter); '' where it does not, or has none. */
  charter: string;
  /** The call was let through, so that it may have had an effect: whatever came back, its data went out. */
  used: boolean;
  /**
   * An error of transport or protocol came back, or the word that it was refused. Whoever runs the server writes it, the attacker too, so that it excuses
   * nothing; but what only failed is no habit.
   */
  failed: boolean;
  /** Key of the session: the gateway's, else one derived from trace, task or an idle gap. */
  session: string;
  sessionFrom: 'gateway' | 'trace' | 'task' | 'idle';
  /** What the agent's peers (the same agent.name, or ids that differ in their number alone) and the whole fleet are known to do. */
  peers: PeerView;
  fleet: PeerView;
  /** Observations of the detectors earlier in the list for this same event, by detector id. */
  earlier: Pick<ReadonlyMap<string, unknown>, 'get' | 'has'>;
}

/** A store of secrets: its kind (`.env`, `.ssh`), and the place, the same for all spellings of it. */
export interface SecretStore {
  kind: string;
  place: string;
  /** The home that `~` stands for in the place, where its path was given. */
  home?: string;
}

/** What one grant gives one agent at one server, in calls of one class. */
export interface Granted {
  grantId: string;
  /** In force from and until, epoch milliseconds; -Infinity: from always. */
  from: number;
  to: number;
  /** As the grant names it; `*` for all. */
  server: string;
  /** Servers and patterns of servers, of this and the agent's other grants, earlier ones too, that take it in. */
  within: readonly string[];
  /** The strongest class it gives; `assumed`: nobody said how far it reaches, so that it is taken for what it may be. */
  class: PrivilegeClass;
  assumed: boolean;
  /** How many targets it names; Infinity where a pattern stands for them. */
  reach: number;
  /** How many agents it names, each by its own name: 1, and it is for this one alone; 0 where a pattern stands for them. */
  names: number;
  /** Several others were given the same in these days. */
  rollOut: boolean;
  /** How it stands to what the agent is for, where a charter says so. */
  declared: 'within' | 'outside' | 'nothing';
  /** A change was announced for when it came into force. */
  announced: boolean;
}

export type Tell = (key: string, value: number) => void;

/** A published prior: sums of what the agents of a group contributed before the day began (rule R6). */
export interface PeerView {
  /** How many agents contributed; below five a group says little, and 0 means there is none. */
  agents: number;
  /** How many of them know this key of this detector. */
  holders(detector: string, key: string): number;
  /** Sum of their contributions under this key. */
  sum(detector: string, key: string): number;
}

export const NO_PEERS: PeerView = { agents: 0, holders: () => 0, sum: () => 0 };

/** How unusual an observation is, and the proof. */
export interface Score {
  /** -log10 of a tail probability: 3 is one in a thousand. 0 is ordinary. */
  score: number;
  /** Short machine-readable reason, e.g. `new_server`; with detector, agent and class it keys suppression. */
  reason: string;
  /** Names the story where detector, class and reason do not: findings of one story are one alert, whatever their class. */
  story?: string;
  /** What a verdict on it is about, where the story is wider: this place, this definition. */
  subject?: string;
  /** Overrides the detector's default severity, where the case grades it. */
  severity?: Severity;
  /** Told before and judged by nobody: it counts to its open story; where that is over, `lately` opens none, `long ago` one more. */
  again?: 'lately' | 'long ago';
  /** What it is about, where that is not the call by which it showed. */
  about?: { class: PrivilegeClass; grantId: string };
  /** What was seen, in words: `first call of vault/read_secret`. Attacker's text in it is escaped by who shows it. */
  seen: string;
  /** What the baseline expected, in words. */
  expected: string;
  /** Observations the baseline rests on. */
  n: number;
  /** What it covers, in days of event time. */
  days: number;
  /** The largest contributors to the score, largest first, at most five. Read before anything else is learned. */
  contributors: { name: string; value: number }[];
  /** Keys of further events the finding rests on, oldest first, beside the one that triggered it; at most 20. */
  eventKeys?: string[];
}

/** Until either is reached, findings are kept beside the event but raise no alert. Both 0: no warm-up. */
export interface WarmUp {
  count: number;
  days: number;
}

export interface DetectorDefaults {
  warmUp: WarmUp;
  threshold: number;
  severity: Severity;
  /** A story goes quiet when nothing like it happened for so long; within it, repeats are counted, not told. */
  cooldownMs: number;
  /** Where it goes quiet later than that: what comes back after a cooldown is told as the next revision of the same story. */
  quietMs?: number;
}

/**
 * One detector: what it means, and the few functions the engine calls, in this order for each event:
 * `observe` -> `score` -> (the engine judges and alerts) -> `learn`, which is left out where the observation was
 * flagged, or where learning is frozen. What only the session tells of is learned unless the session is held against it.
 *
 * State is plain data, bounded, and equals itself after a JSON round trip (no undefined, NaN, Date, Map or Set).
 * The engine owns it: it hands it in, and `learn` changes it in place.
 */
export interface Detector<Config = unknown, State = unknown, Session = unknown, Observation = unknown> {
  /** Kebab-case; the file's name. */
  id: string;
  /** Raised when state of an older version cannot be read any more: such state is dropped and learned anew. */
  version: number;
  title: string;
  description: string;
  falsePositives: string[];
  blindSpots: string[];
  references: string[];
  /** What its proof's query shows: the agent's days or hours with their privileged calls; absent: the events of the finding. */
  shows?: 'days' | 'hours';
  /** Columns of v_events that its findings are about: shown by that query beside the call. */
  columns?: readonly string[];
  /** What to do first when it alerts, in one sentence; absent where the class of the call says enough. */
  firstStep?: string;
  /** The same of a call of class identity, where what is to be done of it is another thing. */
  firstStepOfRights?: string;
  tags: Frameworks;
  /** Every key has a default and a description; the engine's own four are added by the engine. */
  config: z.ZodType<Config>;
  defaults: DetectorDefaults;
  /** `session`: its findings never alert alone; they raise the session's one fused score. Default `own`. */
  tells?: 'own' | 'session';
  /** Where a call comes in pieces: judged at the first that tells how it went, or what came back, not at the first of all. */
  awaits?: 'outcome' | 'result';
  /** Observes and scores a known call once more, and learns nothing of it, where arguments told late change its scope. */
  rereads?: boolean;
  /** Learns how much or when, not what: calls that failed as well. Of others the engine lets it learn those that did not. */
  learnsFailed?: boolean;
  initial(): State;
  /** State that lives as long as the session does; absent where the detector needs none. */
  initialSession?(): Session;
  /**
   * What there is to judge in this event, or null. May move what is of the present (the session's state, the current hour's
   * count, what is told by this), never the baseline: what is flagged must not teach.
   */
  observe(state: State, seen: Seen, session: Session, config: Config): Observation | null;
  /**
   * The same of a call that was observed before its result was there: takes in what the result alone brings, at the first
   * piece that has it. Counts for no warm-up. Absent where a result says nothing, or is awaited.
   */
  complete?(state: State, seen: Seen, session: Session, config: Config): Observation | null;
  /** Pure. Null or score 0 where the observation is ordinary. */
  score(state: State, observation: Observation, config: Config): Score | null;
  /** Takes the observation into the baseline. */
  learn(state: State, observation: Observation, config: Config): void;
  /** Told, and held back from `learn` as its session may be an attack: may be counted apart, and nothing else learned of it. */
  hold?(state: State, observation: Observation, session: string): void;
  /**
   * Findings that fall due by silence, as of their due time, up to and including `until`: read from state alone and
   * without changing it. `settle` then moves the state past them.
   */
  due?(state: State, until: number, config: Config): { at: number; score: Score }[];
  /** Moves windows of the present up to `until`; called before each event with its time, after `due`. */
  settle?(state: State, until: number, config: Config): void;
  /** What this agent tells its peers: each key once, at most a few hundred; summed into the published prior. */
  contribute?(state: State, tell: Tell): void;
}

/** Gives a detector its types, and the list one type for all. */
export function defineDetector<Config, State, Session, Observation>(
  detector: Detector<Config, State, Session, Observation>,
): Detector {
  return detector as unknown as Detector;
}
