import type { Gateway } from './gateway.ts';
import { fromMapping } from './lib/mapping.ts';
import { httpStatus } from './lib/outcome.ts';

/** v4 metrics of APIs; in those of type mcp-proxy what was called stands under a key made of the method. Others are dropped. */
const metrics = fromMapping(
  {
    name: 'gravitee',
    claims: { apiType: true, apiId: true, requestId: true },
    occurred_at: 'timestamp',
    event_id: 'requestId',
    instance: ['organizationId', 'environmentId'],
    agent: [
      { basis: 'consumer', from: 'applicationId' },
      { basis: 'api_key', from: 'clientIdentifier' },
    ],
    server: ['apiName', 'apiId'],
    server_url: 'endpoint',
    method: { from: ['additional-metrics.keyword_mcp-proxy_method', 'lost'] },
    target: [
      'additional-metrics.keyword_mcp-proxy_tools/call',
      'additional-metrics.keyword_mcp-proxy_resources/read',
      'additional-metrics.keyword_mcp-proxy_prompts/get',
    ],
    outcome: {
      http_status: 'status',
      code: 'additional-metrics.long_mcp-proxy_response-error-code',
      reason: ['errorMessage', 'errorKey'],
    },
    duration: { from: 'gatewayResponseTimeMs' },
    bytes_in: 'requestContentLength',
    bytes_out: 'responseContentLength',
    request_id: 'transactionId',
    ip: 'remoteAddress',
    user_agent: 'userAgent',
  },
  { title: 'Gravitee mcp-proxy metrics', reference: 'Gravitee platform docs, reporters (v4)' },
);

/** Who calls by a plan without keys is application 1, whoever it is, and is identified by the network it called from. */
const named = (record: Record<string, unknown>): Record<string, unknown> =>
  record.applicationId === '1' ? { ...record, applicationId: undefined, clientIdentifier: undefined } : record;

/** Turned away before the request was read: what it asked for is lost, that it was refused is not. */
const read = (record: Record<string, unknown>): Record<string, unknown> =>
  record.apiType === 'mcp-proxy' && httpStatus(record.status) === 'denied'
    ? { ...record, lost: 'http_request' }
    : record;

export const gravitee: Gateway = {
  ...metrics,
  translate: (record, context) => metrics.translate(read(named(record)), context),
};
