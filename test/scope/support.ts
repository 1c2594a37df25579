import type { CanonicalEvent } from '../../schemas/event.ts';
import { type GrantsFile, grantsFileSchema } from '../../schemas/grant.ts';
import type { ScopeJudged } from '../../src/engine/inputs.ts';
import { createClassifier } from '../../src/engine/privilege.ts';
import { compileGrants, judgeScope } from '../../src/engine/scope.ts';

export const AT = Date.parse('2026-10-20T12:00:00Z');

/** A call, with what a test says of it laid over a plain one. */
export function call(over: Partial<CanonicalEvent> = {}): CanonicalEvent {
  const at = new Date(AT).toISOString();
  return {
    event_id: 'e1',
    occurred_at: at,
    received_at: at,
    source: { kind: 'native', instance: 'gw-1' },
    agent: { id: 'agent', id_basis: 'service_account' },
    server: { id: 'server' },
    method: 'tools/call',
    target: { type: 'tool', name: 'tool' },
    args: {},
    args_state: 'full',
    outcome: { status: 'ok' },
    phase: 'complete',
    ...over,
  };
}

export const tool = (server: string, name: string, args: Record<string, unknown> = {}): CanonicalEvent =>
  call({ server: { id: server }, target: { type: 'tool', name }, args });

export const classify = createClassifier([]);

export const grants = (...list: Record<string, unknown>[]): GrantsFile =>
  grantsFileSchema.parse({ grants: list.map((grant, index) => ({ id: `g${index}`, agents: ['*'], ...grant })) });

export const judge = (file: GrantsFile, body: CanonicalEvent, at = AT): ScopeJudged =>
  judgeScope(compileGrants(file), body, classify(body).class, at);
