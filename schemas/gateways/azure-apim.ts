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

/** A row of Application Insights' requests. Its operation is the JSON-RPC method, its conversation the MCP session. */
const appInsights = fromMapping(
  {
    name: 'azure-apim',
    claims: { 'customDimensions.api.type': ['Mcp', 'mcp', 'MCP'] },
    occurred_at: 'timestamp',
    agent: [{ basis: 'client_name', from: 'customDimensions.user_agent.name' }],
    client: { name: 'customDimensions.user_agent.name', version: 'customDimensions.user_agent.version' },
    session_id: 'customDimensions.gen_ai.conversation.id',
    server: 'customDimensions.service.name',
    method: { from: 'customDimensions.gen_ai.operation.name' },
    target: 'customDimensions.gen_ai.tool.name',
    args: 'customDimensions.gen_ai.tool.call.arguments',
    result: 'customDimensions.gen_ai.tool.call.result',
    outcome: {
      from: 'success',
      map: { true: 'ok', false: 'transport_error' },
      http_status: 'resultCode',
      code: 'customDimensions.error.type',
      reason: 'customDimensions.error.message',
    },
    duration: { from: 'duration' },
    trace_id: 'operation_Id',
    span_id: 'id',
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

const shapes = oneOf([logAnalytics, streamed, appInsights]);

/** Exports write what is dynamic as text. */
const opened = (record: Record<string, unknown>): Record<string, unknown> =>
  typeof record.customDimensions === 'string'
    ? { ...record, customDimensions: parsed(record.customDimensions) }
    : record;

export const azureApim: Gateway = {
  ...shapes,
  claims: (record, context) => shapes.claims(opened(record), context),
  translate(record, context) {
    const raw = opened(record);
    return shapes.translate(raw, context).map((draft) => (raw === record ? draft : { ...draft, raw }));
  },
};
