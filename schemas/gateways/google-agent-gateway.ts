import type { Gateway } from './gateway.ts';
import { fromMapping } from './lib/mapping.ts';
import { at, isObject, text } from './lib/values.ts';

/** Known by its certificate alone: an agent is the fingerprint that it shows. Other logs of the project are dropped. */
const entries = fromMapping(
  {
    name: 'google-agent-gateway',
    claims: { insertId: true, logName: true },
    occurred_at: 'timestamp',
    event_id: 'insertId',
    instance: 'resource.labels.gateway_name',
    agent: [{ basis: 'cert', from: 'jsonPayload.mtls.clientCertSha256Fingerprint' }],
    server: [
      'jsonPayload.agentGatewayInfo.agentRegistryResource',
      'jsonPayload.enforcedGatewaySecurityPolicy.hostname',
    ],
    server_name: 'jsonPayload.enforcedGatewaySecurityPolicy.hostname',
    server_url: 'httpRequest.requestUrl',
    method: { from: 'jsonPayload.agentGatewayInfo.mcpInfo.method' },
    target: 'jsonPayload.agentGatewayInfo.mcpInfo.parameter',
    outcome: { http_status: 'httpRequest.status', denied: [{ 'jsonPayload.authzPolicyInfo.result': 'DENIED' }] },
    decision: { from: 'jsonPayload.authzPolicyInfo.result', map: { ALLOWED: 'allow', DENIED: 'deny' } },
    policy: 'jsonPayload.authzPolicyInfo.policies.0.name',
    ip: 'httpRequest.remoteIp',
    user_agent: 'httpRequest.userAgent',
  },
  {
    title: 'Google Cloud Agent Gateway',
    reference: 'gemini-enterprise-agent-platform monitor-agent-gateway (2026-05)',
  },
);

/** Of several policies the one that refused. */
function refusing(record: Record<string, unknown>): string | undefined {
  const policies = at(record, 'jsonPayload.authzPolicyInfo.policies');
  if (!Array.isArray(policies) || at(record, 'jsonPayload.authzPolicyInfo.result') !== 'DENIED') return undefined;
  return text(policies.find((policy) => isObject(policy) && policy.result === 'DENIED')?.name);
}

/** Google's own MCP servers, whose methods are told nowhere (docs.cloud.google.com/mcp/audit-logging): nobody's, not none. */
const OF_SERVER = /\/mcp$/;

/** What a container wrote is inside of an entry as it is inside of any other wrapper. */
const OF_CONTAINER = /(?:\/|%2F)std(?:out|err)$/;

export const googleAgentGateway: Gateway = {
  ...entries,
  claims: (record, context) =>
    entries.claims(record, context) &&
    !OF_CONTAINER.test(text(record.logName) ?? '') &&
    !OF_SERVER.test(text(at(record, 'protoPayload.serviceName')) ?? ''),
  translate: (record, context) =>
    entries.translate(record, context).map((draft) => {
      const policy = refusing(record);
      return policy === undefined ? draft : { ...draft, decision: { effect: 'deny', policy } };
    }),
};
