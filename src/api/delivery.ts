import type { DeliverySummary } from '../../schemas/api.ts';
import type { DeliveryRow } from '../stores/store.ts';

/** A delivery as HTTP and the commands tell it. */
export const deliverySummary = ({
  deliveryId,
  revision,
  channel,
  state,
  attempt,
  nextAttemptAt,
  at,
  status,
  detail,
}: DeliveryRow): DeliverySummary => ({
  delivery_id: deliveryId,
  revision,
  channel,
  state,
  attempt,
  ...(nextAttemptAt > 0 && { next_attempt_at: new Date(nextAttemptAt).toISOString() }),
  at: new Date(at).toISOString(),
  status,
  detail,
});
