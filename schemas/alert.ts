import { z } from 'zod';

/** Classes of privilege, weakest first: the order counts. */
export const CLASSES = ['discover', 'read', 'write', 'execute', 'secret', 'identity'] as const;
export type PrivilegeClass = (typeof CLASSES)[number];

/** Position of a class in CLASSES: 0 discover … 5 identity. */
export const classRank = (name: PrivilegeClass): number => RANKS[name];

/** A call of this class changes something, or reaches further. */
export const isChange = (name: PrivilegeClass): boolean => RANKS[name] >= RANKS.write;

/** It changes the things that it is given: what runs something, or takes a secret out, is another matter. */
export const changesThings = (name: PrivilegeClass): boolean => name === 'write' || name === 'identity';
const RANKS: Record<PrivilegeClass, number> = { discover: 0, read: 1, write: 2, execute: 3, secret: 4, identity: 5 };

/** From which rule a class came; the first that matches wins, in this order. */
export const CLASS_SOURCES = ['catalogue', 'builtin', 'annotations', 'lexicon', 'default'] as const;
export type ClassSource = (typeof CLASS_SOURCES)[number];

export const SCOPES = ['in', 'out', 'maybe', 'ungoverned'] as const;
export type Scope = (typeof SCOPES)[number];

/** By what a call lies outside of its grants, the weightiest first. */
export const OUTSIDE = [
  'denied',
  'server',
  'target',
  'method',
  'class',
  'args',
  'on_behalf_of',
  'task',
  'intent',
  'expired',
  'in force',
] as const;
export type Outside = (typeof OUTSIDE)[number];

export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const severityRank = (name: Severity): number => SEVERITIES.indexOf(name);

/** What is stored beside every event, so that analysts can ask for it however alerts were suppressed. */
export interface Judgement {
  class: PrivilegeClass;
  classFrom: ClassSource;
  /** Which rule said so, e.g. `vault:read_secret` or `verb:delete`. */
  classRule: string;
  scope: Scope;
  /** The grant that covered the call, or came nearest; '' where there is none. */
  grantId: string;
  /** Why the scope is what it is: '' or e.g. `args.repo is not among acme/*`. */
  scopeWhy: string;
  /** Highest score among the findings; 0 where nothing was unusual. -log10 of a tail probability. */
  score: number;
  /** Everything that scored above zero, flagged or not. */
  findings: { detector: string; score: number }[];
}

const frameworks = z.object({
  owasp_asi: z.array(z.string()),
  mitre_atlas: z.array(z.string()),
  maestro: z.array(z.string()),
  nist_ai_rmf: z.array(z.string()),
});
/** Ids in the frameworks that auditors ask for: OWASP ASI01..10, MITRE ATLAS AML.T…, MAESTRO L1..L7, NIST AI RMF functions. */
export type Frameworks = z.infer<typeof frameworks>;

/** New until somebody says something of it. */
export const STATUSES = ['new', 'acknowledged', 'resolved'] as const;

export const alertSchema = z.object({
  alert_id: z.string().describe('Hash of detector, agent and story: the same story always has the same id.'),
  detector: z.string(),
  title: z.string().describe('Who did what, in one line.'),
  summary: z.string().describe('Plain words: what happened and why it is unusual for this agent.'),
  severity: z.enum(SEVERITIES),
  score: z.number().describe('-log10 of a tail probability: 3 is one in a thousand.'),
  reason: z.string().describe('Short machine-readable reason within the detector.'),
  subject: z.string().optional().describe('What it is about within the detector, e.g. `new_net 203.0.113.0`.'),
  occurred_at: z.string(),
  agent: z.object({ id: z.string(), name: z.string().optional(), owner: z.string().optional() }),
  session_id: z.string().optional(),
  on_behalf_of: z.array(z.string()).optional().describe('Principals behind the agent, nearest first.'),
  server: z.string().optional(),
  target: z.string().optional(),
  event_ids: z.array(z.string()).describe("The gateway's ids of the events it rests on; keys where there are none."),
  class: z.enum(CLASSES),
  scope: z.enum(SCOPES),
  grant_id: z.string().optional(),
  proof: z.object({
    seen: z.string(),
    expected: z.string(),
    n: z.number().describe('Size of the baseline: observations it rests on.'),
    window: z.string().describe('What the baseline covers, e.g. `30 d`.'),
    threshold: z.number(),
    contributors: z.array(z.object({ name: z.string(), value: z.number() })),
    sql: z.string().describe('The query that shows it.'),
  }),
  revision: z.number().int().positive(),
  stage: z.enum(['open', 'update', 'close']),
  frameworks,
  suppressed_count: z.number().int().nonnegative().describe('Findings of the same story not told on their own.'),
  status: z.enum(STATUSES).describe('From verdicts alone.'),
});
/** One revision of an alert, as it is stored, sent and printed. */
export type Alert = z.infer<typeof alertSchema>;

export const VERDICTS = ['safe', 'dismissed', 'compromised', 'acknowledged'] as const;
export const verdictSchema = z.object({
  verdict: z.enum(VERDICTS),
  reason: z.string().max(2000).default(''),
  expires_at: z.iso.datetime({ offset: true }).optional(),
});
export type VerdictBody = z.infer<typeof verdictSchema>;
/** What a person said of an alert: the only thing that changes its status. */
export interface Verdict extends VerdictBody {
  alert_id: string;
  author: string;
  at: string;
}
