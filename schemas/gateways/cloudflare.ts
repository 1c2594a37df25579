import type { Gateway } from './gateway.ts';
import { fromMapping } from './lib/mapping.ts';

const rows = fromMapping(
  {
    name: 'cloudflare',
    claims: { PortalID: true, Datetime: true },
    occurred_at: 'Datetime',
    instance: 'PortalID',
    agent: [{ basis: 'subject', from: ['UserID', 'UserEmail'] }],
    user: { id: 'UserID', email: 'UserEmail' },
    session_id: 'SessionID',
    server: ['ServerID', 'PortalID'],
    server_url: 'ServerURL',
    method: { from: 'Method' },
    target: ['ToolCallName', 'PromptGetName', 'ResourceReadURI'],
    outcome: { from: 'Success', map: { true: 'ok', false: 'transport_error' }, reason: 'Error' },
    duration: { from: 'ServerResponseDurationMs' },
    ip: 'ClientIP',
  },
  { title: 'Cloudflare MCP server portals (Logpush)', reference: 'cloudflare-docs logpush mcp_portal_logs (2026-03)' },
);

/** Logpush tries its destination with this before it sends anything: known, and dropped. */
const isTrial = (record: Record<string, unknown>): boolean =>
  record.content === 'tests' && Object.keys(record).length === 1;

export const cloudflare: Gateway = {
  ...rows,
  claims: (record, context) => rows.claims(record, context) || isTrial(record),
  translate: (record, context) => (isTrial(record) ? [] : rows.translate(record, context)),
};
