import { NO_PEERS, type Seen } from '../../detectors/detector.ts';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import type { Event } from '../../schemas/event.ts';
import type { AgentState } from './agent-state.ts';

/** Silence is seen at its due time, of no event at all. */
export function silentSeen(agent: AgentState, at: number): Seen {
  const iso = new Date(at).toISOString();
  const lowest: PrivilegeClass = 'discover';
  const body: Event['body'] = {
    event_id: '',
    occurred_at: iso,
    received_at: iso,
    source: { kind: 'none', instance: '' },
    agent: { id: agent.id, id_basis: 'none', ...(agent.group ? { name: agent.group } : {}) },
    server: { id: '' },
    method: '',
    target: { type: 'none' },
    args_state: 'absent',
    outcome: { status: 'unknown' },
    phase: 'complete',
  };
  return {
    event: {
      key: '',
      contentHash: '',
      position: { source: '', partition: 0, offset: 0, index: 0 },
      occurredAt: at,
      receivedAt: at,
      effectiveAt: at,
      body,
      facts: { args: [], result: [], redacted: [], tools: [] },
    },
    at,
    class: lowest,
    classFrom: 'default',
    classRule: '',
    scope: 'ungoverned',
    grantId: '',
    grantSince: Number.NEGATIVE_INFINITY,
    scopeWhy: '',
    outside: '',
    via: '',
    governed: false,
    granted: () => [],
    compromised: () => false,
    charter: '',
    used: false,
    failed: false,
    session: '',
    sessionFrom: 'idle',
    peers: NO_PEERS,
    fleet: NO_PEERS,
    earlier: new Map(),
  };
}
