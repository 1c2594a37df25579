import type { Alert, Verdict } from '../../schemas/alert.ts';
import type {
  AgentSummary,
  AroundAlert,
  DetectorSummary,
  GivenVerdict,
  ReloadAnswer,
  Status,
} from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Ingest } from '../sources/source.ts';
import type { QueryLimits, Review, Store } from '../stores/store.ts';
import type { Token } from './access.ts';

/** What of the store HTTP reads. */
type Reading = Pick<Store, 'alerts' | 'alert' | 'verdicts' | 'deliveries' | 'query' | 'ping'>;

export interface AgentReader {
  /** Those seen last come first. */
  list(limit: number): Promise<AgentSummary[]>;
  one(agentId: string): Promise<AgentSummary | null>;
}

/** Everything the HTTP side is told; it knows nothing else of the house. */
export interface AppOptions {
  http: Config['http'];
  /** Those of the configuration, with their tokens read (see `readTokens`). */
  tokens: readonly Token[];
  limits: QueryLimits;
  ingest: Ingest;
  /** Names of the gateways that records may be said to be of. */
  gateways: readonly string[];
  store: Reading;
  agents: AgentReader;
  detectors: readonly DetectorSummary[];
  /** Stores a verdict and puts it in force; answers the alert as it is now, or null where there is none of this id. */
  verdict(verdict: Verdict): Promise<Alert | null>;
  /** What is known around an alert beyond itself. */
  around(alert: Alert): Promise<AroundAlert>;
  /** What was said last, newest first, and how much each has hidden since. */
  said(limit: number): Promise<GivenVerdict[]>;
  /** Names of the channels that alerts are sent over. */
  channels: readonly string[];
  /** Puts deliveries of alerts back, under their old ids. Resolves to how many. */
  resend(what: { ids: readonly string[]; since?: number; channel?: string }): Promise<number>;
  /** A person's text as it may be written down: what is pasted into a reason may hold a secret. */
  redact(text: string): string;
  /** Notes that somebody looked at a connection. */
  review(review: Review): Promise<void>;
  /** Reads the files of grants, charters and catalogue again; a ConfigError leaves the old ones in force. */
  reload(): Promise<ReloadAnswer>;
  status(): Promise<Status> | Status;
  /** Null when everything is recovered and folding; else why not. */
  notReady(): string | null;
  metrics: Metrics;
  log: Log;
  version: string;
  /** JSON Schema of the configuration, as it is served. */
  configSchema(): object;
  now(): number;
}
