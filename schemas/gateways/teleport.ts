import type { Gateway } from './gateway.ts';
import { callOf } from './lib/call.ts';
import { agentOf, delegationOf } from './lib/identity.ts';
import type { Outcome } from './lib/outcome.ts';
import { type Json, object, text, texts } from './lib/values.ts';

/** Teleport: requests as they were forwarded. Answers are never written, and lists only where they fail. */
export const teleport: Gateway = {
  name: 'teleport',
  title: 'Teleport MCP audit events',
  reference: 'gravitational/teleport lib/srv/mcp/audit.go, audit-events/mcp-sessions (v18)',
  carries: [
    'event_id',
    'occurred_at',
    'agent.id',
    'user',
    'delegation',
    'caller.roles',
    'session_id',
    'server',
    'method',
    'target',
    'args',
    'decision',
    'jsonrpc_id',
    'src.user_agent',
  ],
  // All that Teleport audits comes in one stream: what is not of MCP is known, and dropped.
  claims: (record) =>
    typeof record.event === 'string' && /^T[A-Z0-9]{3,12}$/.test(text(record.code) ?? '') && 'time' in record,
  translate(record) {
    const call = callOf(record.message);
    const asked = record.event === 'mcp.session.request' || record.event === 'mcp.session.notification';
    if (!asked || call.method === undefined) return [];
    const bot = text(record.bot_name);
    // Bots take on their own roles in their own name: that is nobody else.
    const impersonator = record.impersonator === record.user ? undefined : text(record.impersonator);
    const headers = object(record.headers);
    const told = outcome(record);
    return [
      {
        event_id: record.uid,
        occurred_at: record.time,
        source: { instance: record.cluster_name },
        agent: agentOf(
          [
            ['bot', bot],
            ['subject', impersonator ?? record.user],
          ],
          bot,
        ),
        user: { id: bot === undefined || impersonator !== undefined ? record.user : undefined },
        delegation: delegationOf({ sub: impersonator }, record.user),
        caller: { roles: texts(record.user_roles) },
        session_id: record.sid,
        server: { id: record.app_name, url: record.app_uri },
        ...call,
        outcome: told,
        decision: EFFECT[told.status] === undefined ? undefined : { effect: EFFECT[told.status] },
        phase: told.status === 'unknown' ? 'request' : 'complete',
        // Where from is told of the session's start alone, which may be in another batch.
        src: { user_agent: texts(headers['User-Agent'])?.join(' ') },
      },
    ];
  },
};

/** What was forwarded was allowed; what came of it is not written. */
const EFFECT: Partial<Record<Outcome['status'], 'allow' | 'deny'>> = { unknown: 'allow', denied: 'deny' };

/** `success` means forwarded, not that the tool did well; a code that ends in E is a failure whatever it says. */
function outcome(record: Json): Outcome {
  const reason = text(record.error);
  if (record.success !== false && !/E$/.test(text(record.code) ?? '')) return { status: 'unknown', reason };
  return { status: reason !== undefined && /access denied/i.test(reason) ? 'denied' : 'transport_error', reason };
}
