import { z } from 'zod';
import * as api from '../../schemas/api.ts';
import type { TokenRole } from '../../schemas/config/http.ts';
import { eventSchema } from '../../schemas/event.ts';

export interface Operation {
  method: 'get' | 'post';
  path: string;
  summary: string;
  role?: TokenRole;
  query?: z.ZodObject;
  body?: { types: string[]; schema?: z.ZodType };
  answers: Record<number, { description: string; schema?: z.ZodType; type?: string }>;
  /** What is said where it is no success; absent: {error, detail, mend}. */
  problem?: z.ZodType;
}

const json = ['application/json'];
const otlp = { types: [...json, 'application/x-protobuf'] };
const exported = { 200: { description: 'Durable; partialSuccess says what was rejected.' } };
/** With what an exporter reads: the Status of gRPC. */
const exportProblem = api.problemSchema.extend({ code: z.number().int(), message: z.string() });
const exportOf = (signal: 'traces' | 'logs'): Operation => ({
  method: 'post',
  path: `/v1/${signal}`,
  summary: `OTLP/HTTP ${signal}.`,
  role: 'ingest',
  query: api.ingestQuery,
  body: otlp,
  answers: exported,
  problem: exportProblem,
});
const ok = (description: string, schema?: z.ZodType): Operation['answers'] => ({
  200: { description, ...(schema && { schema }) },
});

/** Every address there is; a test holds the list against the routes. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/events',
    summary: 'Hand in events: one JSON object, an array, or one a line; gzip or not. Answered when durable.',
    role: 'ingest',
    query: api.ingestQuery,
    body: { types: [...json, 'application/x-ndjson'], schema: z.union([eventSchema, z.array(eventSchema)]) },
    answers: {
      202: { description: 'Durable, record by record.', schema: api.ingestAnswer },
      400: {
        description: 'Not one record could be understood, or the request cannot be read.',
        schema: z.union([api.allRejected, api.problemSchema]),
      },
    },
  },
  exportOf('traces'),
  exportOf('logs'),
  {
    method: 'post',
    path: '/v1/metrics',
    summary: 'OTLP/HTTP metrics: answered and ignored.',
    role: 'ingest',
    body: otlp,
    answers: ok('Ignored.'),
    problem: exportProblem,
  },
  {
    method: 'post',
    path: '/v1/query',
    summary: 'Read the record with SQL (ClickHouse), read-only and within limits.',
    role: 'read',
    body: { types: json, schema: api.queryBody },
    answers: ok('The rows.', api.queryAnswer),
  },
  {
    method: 'get',
    path: '/v1/alerts',
    summary: 'Alerts, newest first.',
    role: 'read',
    query: api.alertsQuery,
    answers: ok('Newest revision of each.', api.alertsAnswer),
  },
  {
    method: 'get',
    path: '/v1/alerts/{id}',
    summary: 'One alert, with what to do first, the calls that led to it, verdicts and deliveries.',
    role: 'read',
    answers: ok('The alert.', api.alertAnswer),
  },
  {
    method: 'post',
    path: '/v1/alerts/{id}/verdict',
    summary: 'Say what an alert was; the author is the name of the token.',
    role: 'respond',
    body: { types: json, schema: api.verdictBody },
    answers: ok('Stored and in force.', api.verdictAnswer),
  },
  {
    method: 'get',
    path: '/v1/verdicts',
    summary: 'What was said of alerts, newest first, and how much each verdict has hidden since.',
    role: 'read',
    query: api.verdictsQuery,
    answers: ok('With agent and title of the alert.', api.verdictsAnswer),
  },
  {
    method: 'post',
    path: '/v1/alerts/resend',
    summary: 'Put deliveries back, under the ids that their receivers know.',
    role: 'respond',
    body: { types: json, schema: api.resendBody },
    answers: ok('Stored, and on their way.', api.resendAnswer),
  },
  {
    method: 'post',
    path: '/v1/connections/review',
    summary: "Say that an agent's connection to a server was looked at and may stand.",
    role: 'respond',
    body: { types: json, schema: api.reviewBody },
    answers: ok('Stored.', api.reviewAnswer),
  },
  {
    method: 'get',
    path: '/v1/agents',
    summary: 'Agents, those seen last first.',
    role: 'read',
    query: api.agentsQuery,
    answers: ok('Agents.', api.agentsAnswer),
  },
  {
    method: 'get',
    path: '/v1/agents/{id}',
    summary: 'One agent, with its latest alerts.',
    role: 'read',
    answers: ok('The agent.', api.agentAnswer),
  },
  {
    method: 'get',
    path: '/v1/detectors',
    summary: 'What is watched for.',
    role: 'read',
    answers: ok('Detectors.', api.detectorsAnswer),
  },
  {
    method: 'get',
    path: '/v1/status',
    summary: 'Sources, agents, rejects, deliveries, checkpoint.',
    role: 'read',
    answers: ok('Status.', api.statusAnswer),
  },
  {
    method: 'post',
    path: '/v1/grants/reload',
    summary: 'Read grants, charters and catalogue again.',
    role: 'admin',
    answers: {
      ...ok('In force.', api.reloadAnswer),
      422: { description: 'A file is broken; the old ones stay in force.', schema: api.problemSchema },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Prometheus metrics.',
    role: 'read',
    answers: { 200: { description: 'Metrics.', type: 'text/plain' } },
  },
  { method: 'get', path: '/healthz', summary: 'The process answers.', answers: ok('Alive.') },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It folds and can store.',
    answers: { ...ok('Ready.'), 503: { description: 'Not ready.', schema: api.problemSchema } },
  },
  { method: 'get', path: '/openapi.json', summary: 'This description.', answers: ok('OpenAPI 3.1.') },
  {
    method: 'get',
    path: '/schema/event.json',
    summary: 'JSON Schema of an event in the native format.',
    answers: ok('JSON Schema.'),
  },
  {
    method: 'get',
    path: '/schema/config.json',
    summary: 'JSON Schema of the configuration.',
    answers: ok('JSON Schema.'),
  },
];

const PATTERNS = OPERATIONS.map(({ method, path }) => ({
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Methods that an address takes; none where there is no such address. */
export const methodsAt = (path: string): string[] =>
  PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
