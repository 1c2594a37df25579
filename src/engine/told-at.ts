import type { Event } from '../../schemas/event.ts';

/**
 * When an alert says that it happened: the event's own time, as written. One from the future cannot be true, and would stand
 * before every other alert for as long as its clock is ahead: then the time that it was judged by.
 */
export const toldAt = ({ body, occurredAt, effectiveAt }: Event): string =>
  occurredAt > effectiveAt ? new Date(effectiveAt).toISOString() : body.occurred_at;
