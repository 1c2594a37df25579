import { fromMapping } from './lib/mapping.ts';

/** One line a check, before the call is made: it says what was let through, not how it went. */
export const pomerium = fromMapping(
  {
    name: 'pomerium',
    claims: { message: 'authorize check', service: 'authorize' },
    occurred_at: 'time',
    event_id: 'check-request-id',
    agent: [
      { basis: 'service_account', from: 'service-account-id' },
      { basis: 'subject', from: ['impersonate-user-id', 'user'] },
    ],
    user: { id: 'user', email: 'email' },
    session_id: 'session-id',
    server: ['route-id', 'host'],
    server_name: 'host',
    method: { from: 'mcp-method' },
    target: 'mcp-tool',
    args: 'mcp-tool-parameters',
    outcome: {
      otherwise: 'ok',
      denied: [{ allow: false }, { deny: true }],
      reason: ['deny-why-true', 'allow-why-false'],
    },
    phase: 'decision',
    request_id: 'request-id',
    ip: 'ip',
  },
  { title: 'Pomerium authorize log', reference: 'pomerium/pomerium authorize/log.go, authorize-log-fields' },
);
