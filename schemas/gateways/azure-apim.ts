import type { Gateway } from './gateway.ts';
import { fromMapping, oneOf } from './lib/mapping.ts';
import { parsed } from './lib/values.ts';

/** A column in the properties of a streamed row: as the table has it, or with a small first letter. */
const either = (column: string): string[] => [
  `properties.${column}`,
  `properties.${column[0]!.toLowerCase()}${column.slice(1)}`,
];
const CORRELATION = [...either('CorrelationId'), 'correlationId'];

const about = {
  title: 'Azure API Management MCP',
  reference: 'MicrosoftDocs/azure-docs monitor-mcp-servers.md (2026-06)',
  optional: ['args', 'result'],
};

/** A row of ApiManagementGatewayMCPLog: neither status nor latency; they are in another table. */
const logAnalytics = fromMapping(
  {
    name: 'azure-apim',
    claims: { CorrelationId: true, TimeGenerated: true, ApiType: true, ServerName: true },
    occurred_at: 'TimeGenerated',
    event_id: 'CorrelationId',
    instance: ['_ResourceId', 'Region'],
    agent: [{ basis: 'client_name', from: 'ClientName' }],
    client: { name: 'ClientName', version: 'ClientVersion' },
    session_id: 'SessionId',
    server: 'ServerName',
    server_url: 'McpServerEndpoint',
    method: { from: 'Method' },
    target: 'ToolName',
    outcome: { otherwise: 'ok', code: 'ErrorType', reason: 'Error' },
    request_id: 'CorrelationId',
  },
  about,
);

/** What is Application Insights' own of a request: its operation is the JSON-RPC method, its conversation the MCP session. */
const dimensions = (of: string) => ({
  name: 'azure-apim',
  claims: { [`${of}.api.type`]: ['Mcp', 'mcp', 'MCP'] },
  agent: [{ basis: 'client_name' as const, from: `${of}.user_agent.name` }],
  client: { name: `${of}.user_agent.name`, version: `${of}.user_agent.version` },
  session_id: `${of}.gen_ai.conversation.id`,
  server: `${of}.service.name`,
  method: { from: `${of}.gen_ai.operation.name` },
  target: `${of}.gen_ai.tool.name`,
  args: `${of}.gen_ai.tool.call.arguments`,
  result: `${of}.gen_ai.tool.call.result`,
});
const failure = (of: string, [success, http_status]: [string, string]) => ({
  from: success,
  map: { true: 'ok' as const, false: 'transport_error' as const },
  http_status,
  code: `${of}.error.type`,
  reason: `${of}.error.message`,
});

/** A row of `requests`, as the classic resource exports it. */
const appInsights = fromMapping(
  {
    ...dimensions('customDimensions'),
    occurred_at: 'timestamp',
    outcome: failure('customDimensions', ['success', 'resultCode']),
    duration: { from: 'duration' },
    trace_id: 'operation_Id',
    span_id: 'id',
  },
  about,
);

/**
 * The same of a workspace, in rows of AppRequests (azure-reference-other azure-monitor-ref/tables/apprequests.md). Its
 * ClientIP is left out: unless told otherwise Azure writes 0.0.0.0.
 */
const appRequests = fromMapping(
  {
    ...dimensions('Properties'),
    occurred_at: ['TimeGenerated', 'time'],
    instance: ['_ResourceId', 'resourceId'],
    outcome: failure('Properties', ['Success', 'ResultCode']),
    duration: { from: 'DurationMs' },
    trace_id: 'OperationId',
    span_id: 'Id',
  },
  about,
);

/** The same row as diagnostic settings stream it to Event Hubs; the other tables of the gateway come beside it. */
const streamed = fromMapping(
  {
    name: 'azure-apim',
    claims: { category: ['GatewayMCPLogs', 'GatewayLogs', 'GatewayLlmLogs'], time: true, properties: true },
    drop: [{ category: ['GatewayLogs', 'GatewayLlmLogs'] }],
    occurred_at: 'time',
    event_id: CORRELATION,
    instance: ['resourceId', 'location'],
    agent: [{ basis: 'client_name', from: either('ClientName') }],
    client: { name: either('ClientName'), version: either('ClientVersion') },
    session_id: either('SessionId'),
    server: either('ServerName'),
    server_url: either('McpServerEndpoint'),
    method: { from: either('Method') },
    target: either('ToolName'),
    outcome: { otherwise: 'ok', code: either('ErrorType'), reason: either('Error') },
    request_id: CORRELATION,
    ip: 'callerIpAddress',
  },
  about,
);

const shapes = oneOf([logAnalytics, streamed, appInsights, appRequests]);

/** Exports write what is dynamic as text. */
function opened(record: Record<string, unknown>): Record<string, unknown> {
  const dynamic = ['customDimensions', 'Properties'].find((key) => typeof record[key] === 'string');
  return dynamic === undefined ? record : { ...record, [dynamic]: parsed(record[dynamic]) };
}

export const azureApim: Gateway = {
  ...shapes,
  claims: (record, context) => shapes.claims(opened(record), context),
  translate(record, context) {
    const raw = opened(record);
    return shapes.translate(raw, context).map((draft) => (raw === record ? draft : { ...draft, raw }));
  },
};
