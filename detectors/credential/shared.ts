import { DAY } from '../../schemas/durations.ts';
import type { PeerView } from '../detector.ts';
import { listed } from '../stats/listed.ts';
import type { Recent } from '../stats/recent.ts';
import { type Told, tellLasting } from '../stats/told.ts';
import type { Use } from './succession.ts';

/** A credential of the agent's that others use as well. */
export interface Shared {
  id: string;
  /** How many others. */
  strangers: number;
  /** The agent's last event with it; '' where that was not kept. */
  eventKey: string;
}

interface State {
  credentials: Recent<Use & { eventKey?: string }>;
  told?: Told;
  /** Day on which was looked last; absent before the first. */
  lookedOn?: number;
}

const LATELY_MS = 14 * DAY;

/**
 * Agents hear of each other a day late, when a short-lived credential is used no more: on its first event of a day an agent
 * looks at those of the last two weeks again, and tells once of the one used last that others are known with.
 */
export function sharedLately(state: State, at: number, fleet: PeerView, remindDays: number): Shared | null {
  const day = Math.floor(at / DAY);
  if (day <= (state.lookedOn ?? Number.NEGATIVE_INFINITY)) return null;
  state.lookedOn = day;
  let found: Shared | null = null;
  let last = at - LATELY_MS;
  for (const [id, use] of listed(state.credentials)) {
    const strangers = use.last < last ? 0 : fleet.holders('credential-hygiene', id) - 1;
    if (strangers <= 0) continue;
    last = use.last;
    found = { id, strangers, eventKey: use.eventKey ?? '' };
  }
  if (found === null) return null;
  const { pending } = tellLasting(state, `shared ${found.id}`, at, remindDays);
  return pending ? null : found;
}
