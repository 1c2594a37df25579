import { fromMapping } from './lib/mapping.ts';

/** Hourly audit files. Changes of permissions come in the same stream: they are no calls, and dropped. */
export const lunarMcpx = fromMapping(
  {
    name: 'lunar-mcpx',
    claims: {
      eventType: [
        'tool_used',
        'prompt_used',
        'resource_read',
        'target_server_added',
        'target_server_removed',
        'agent_permission_updated',
        'catalog_updated',
      ],
      payload: true,
    },
    occurred_at: 'timestamp',
    agent: [{ basis: 'consumer', from: 'payload.consumerTag' }],
    server: 'payload.targetServerName',
    method: {
      from: 'eventType',
      map: { tool_used: 'tools/call', prompt_used: 'prompts/get', resource_read: 'resources/read' },
    },
    target: ['payload.toolName', 'payload.promptName', 'payload.resourceUri'],
    args: 'payload.args',
  },
  { title: 'Lunar MCPX audit log', reference: 'TheLunarCompany/lunar mcpx shared-model audit-log.ts' },
);
