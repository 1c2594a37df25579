import { fromMapping, oneOf } from './lib/mapping.ts';

const about = {
  title: 'Azure API Management MCP',
  reference: 'MicrosoftDocs/azure-docs monitor-mcp-servers.md (2026-06)',
};

/** A row of ApiManagementGatewayMCPLog: neither status nor latency; they are in another table. */
const logAnalytics = fromMapping(
  {
    name: 'azure-apim',
    claims: { ApiType: ['mcp', 'Mcp', 'MCP'], CorrelationId: true, TimeGenerated: true },
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

export const azureApim = oneOf([logAnalytics, appInsights]);
