import type { CanonicalEvent, OutcomeStatus } from '../../schemas/event.ts';

const FAILED: ReadonlySet<OutcomeStatus> = new Set<OutcomeStatus>(['transport_error', 'protocol_error', 'denied']);

/** Who decided is believed before how it went: that a call was refused may be what the server answered. */
const isRefused = ({ outcome, decision }: CanonicalEvent): boolean =>
  decision?.effect === undefined ? outcome.status === 'denied' : decision.effect === 'deny';

/** Whether a call was let through, and what of it then failed. */
export function went(body: CanonicalEvent): { used: boolean; failed: boolean } {
  const used = !isRefused(body);
  return { used, failed: used && FAILED.has(body.outcome.status) };
}
