import type { CanonicalEvent } from './event.ts';

type Given = Pick<CanonicalEvent, 'source' | 'server' | 'method' | 'target'> & Partial<CanonicalEvent>;

/** A call of which no more is known than is given, at a time in epoch milliseconds: nobody's, without arguments or answer. */
export function blankEvent(given: Given, at = 0): CanonicalEvent {
  const time = new Date(at).toISOString();
  return {
    event_id: '',
    occurred_at: time,
    received_at: time,
    agent: { id: '', id_basis: 'none' },
    args_state: 'absent',
    outcome: { status: 'unknown' },
    phase: 'complete',
    ...given,
  };
}
