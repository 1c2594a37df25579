import { fromMapping } from './lib/mapping.ts';

/**
 * One line a check, before the call is made: it says what was let through, not how it went. Who acts as another is the
 * agent, and the other the one on whose behalf.
 * The log of accesses stands between: known, and dropped.
 */
export const pomerium = fromMapping(
  {
    name: 'pomerium',
    claims: { message: ['authorize check', 'http-request'], service: ['authorize', 'envoy'] },
    occurred_at: 'time',
    event_id: 'check-request-id',
    agent: [
      { basis: 'service_account', from: 'service-account-id' },
      { basis: 'subject', from: 'user' },
    ],
    user: { id: ['impersonate-user-id', 'user'], email: ['impersonate-email', 'email'] },
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
  {
    title: 'Pomerium authorize log',
    reference: 'pomerium/pomerium authorize/log.go, authorize-log-fields',
    optional: ['method', 'target', 'args'],
  },
);
