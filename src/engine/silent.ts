import { NO_PEERS, type Seen } from '../../detectors/detector.ts';
import type { PrivilegeClass } from '../../schemas/alert.ts';
import { blankEvent } from '../../schemas/blank-event.ts';
import type { AgentState } from './agent-state.ts';
import { nameIn } from './group.ts';

/** Silence is seen at its due time, of no event at all. */
export function silentSeen(agent: AgentState, at: number): Seen {
  const lowest: PrivilegeClass = 'discover';
  const body = blankEvent(
    {
      source: { kind: 'none', instance: '' },
      agent: { id: agent.id, id_basis: 'none', ...nameIn(agent) },
      server: { id: '' },
      method: '',
      target: { type: 'none' },
    },
    at,
  );
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
    stores: [],
    sentTo: '',
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
