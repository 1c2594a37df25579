import type { Gateway } from './gateway.ts';
import { targetOf, withoutPrefix } from './lib/call.ts';
import { agentOf } from './lib/identity.ts';
import { httpStatus } from './lib/outcome.ts';
import { firstText, host, type Json, text } from './lib/values.ts';

/** Envoy AI Gateway: the access log under its shipped key names. Other names: a mapping in the configuration. */
export const envoyAiGateway: Gateway = {
  name: 'envoy-ai-gateway',
  title: 'Envoy AI Gateway access log',
  reference: 'envoyproxy/ai-gateway site/docs/capabilities/observability/accesslogs.md (2026-07)',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'session_id',
    'server',
    'method',
    'target',
    'outcome',
    'duration_ms',
    'bytes_in',
    'bytes_out',
    'jsonrpc_id',
    'request_id',
    'src.ip',
    'src.user_agent',
  ],
  optional: ['agent.id'],
  claims: (record) => 'mcp.method.name' in record && 'start_time' in record && 'response_code' in record,
  translate(record) {
    const method = text(record['mcp.method.name']) ?? lostMethod(record);
    if (method === undefined) return [];
    const server = text(record['mcp.provider.name']);
    const raw = firstText(record, ['mcp.tool.name', 'mcp.resource.uri', 'mcp.prompt.name']);
    const request = text(record['x-request-id']);
    const call = text(record['jsonrpc.request.id']);
    return [
      {
        event_id: request === undefined ? undefined : call === undefined ? request : `${request}#${call}`,
        pair: request === undefined || call === undefined ? undefined : `${request}#${call}`,
        phase: isBackendLine(record) ? 'response' : 'complete',
        occurred_at: record.start_time,
        source: { instance: record[':authority'] },
        agent: agentOf([
          ['service_account', record['jwt.client_id']],
          ['subject', record['jwt.sub'] ?? record['x-ai-eg-mcp-subject']],
          ['client_name', record['x-user-id']],
        ]),
        session_id: record['mcp.session.id'],
        server: { id: server ?? record.route_name ?? 'envoy-ai-gateway' },
        method,
        target: targetOf(method, withoutPrefix(raw, server, ['__']), raw),
        outcome: {
          status: turnedAway(record) ? 'denied' : httpStatus(record.response_code),
          reason: details(record.response_code_details),
          http_status: record.response_code,
        },
        duration_ms: record.duration,
        bytes_in: record.bytes_received,
        bytes_out: record.bytes_sent,
        jsonrpc_id: call,
        request_id: request,
        src: {
          ip: host(record['x-forwarded-for'] ?? record.downstream_remote_address),
          user_agent: record['user-agent'],
        },
      },
    ];
  },
};

/** By an authorizer or a policy, which may choose a status of its own: a redirect to a login, say. */
const turnedAway = (record: Json): boolean =>
  /\bUAEX\b/.test(text(record.response_flags) ?? '') ||
  /^(?:ext_authz_denied|rbac_access_denied|jwt_authn_access_denied)/.test(text(record.response_code_details) ?? '');

const details = (value: unknown): string | undefined => (value === 'via_upstream' ? undefined : text(value));

/** Turned away before the request was read. The gateway of models writes the same log: its paths are others. */
const lostMethod = (record: Json): string | undefined =>
  (turnedAway(record) || httpStatus(record.response_code) === 'denied') &&
  /\/mcp\b/.test(text(record['x-envoy-origin-path']) ?? '')
    ? 'http_request'
    : undefined;

/** The gateway passes a call on through a listener of its own on loopback, which tells the same call once more. */
const isBackendLine = (record: Json): boolean => /^(?:127\.|::1$)/.test(host(record.downstream_remote_address) ?? '');
