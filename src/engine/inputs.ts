import type { Granted, SecretStore, Seen } from '../../detectors/detector.ts';
import type { ClassSource, Outside, PrivilegeClass, Scope } from '../../schemas/alert.ts';
import type { CanonicalEvent } from '../../schemas/event.ts';
import type { PeerLedger } from './peers.ts';

/** What a call is, by the catalogue in force. */
export interface Classified {
  class: PrivilegeClass;
  classFrom: ClassSource;
  /** Which rule said so: `vault:read_secret`, `verb:delete`, `args:.ssh`. */
  classRule: string;
  /** Stores of secrets that the arguments name; absent where none. */
  stores?: readonly SecretStore[];
  /** Where the same line sends what is in them; absent where nowhere. */
  sentTo?: string;
}

/** Whether an agent may, by the grants in force at the event's time. */
export interface ScopeJudged {
  scope: Scope;
  /** The grant that covered the call, forbade it, or came nearest. */
  grantId: string;
  /** Since when the grant that covered it is in force, or from when on where that alone is wrong with it; absent elsewhere. */
  grantSince?: number;
  /** Every constraint that failed, in words; '' where the call is in scope. */
  scopeWhy: string;
  /** The weightiest of them; absent where the call is not out. */
  outside?: Outside;
  /** The principal of the chain of delegation whose grants say so; absent where the agent's own do. */
  via?: string;
  /** An allow grant was ever stored for this agent, expired and withdrawn ones included. */
  governed: boolean;
}

/** What a verdict may cover: a detector's finding, or what a session comes to. */
export interface Found {
  detector: string;
  /** What it is about; absent of a session. */
  subject?: string;
  score: number;
}

/**
 * The dated inputs of the fold (rule R6), compiled: what people said, in force from some offset on. The fold reads
 * them and never changes them; the pipeline journals each change before the first event is folded under it.
 */
export interface Inputs {
  classify(body: CanonicalEvent): Classified;
  scope(body: CanonicalEvent, privilege: PrivilegeClass, at: number): ScopeJudged;
  /** What is granted to an agent, in force or not. */
  granted(agentId: string): readonly Granted[];
  /** Why the call lies outside of the agent's charter, or ''. */
  charter(body: CanonicalEvent, privilege: PrivilegeClass): string;
  owner(agentId: string): string | undefined;
  /** Reason of a change announced for this agent and time: what it explains is counted, not told. */
  announced(agentId: string, at: number): string | undefined;
  /** The prior over all partitions, where there are several; absent: the partition's own is the whole. */
  peers?: Pick<PeerLedger, 'view'>;
  /** Id of the alert whose verdict `safe` covers this finding, if one is in force. */
  cleared(found: Found, seen: Pick<Seen, 'event' | 'at' | 'class'>): string | undefined;
  /** True where the session's alert was said to be compromised: nothing of it is learned from then on. */
  compromised(agentId: string, session: string): boolean;
}
