import type { Consumer } from 'kafkajs';

/**
 * Says when a fetch failed, before the next one is under way. The client goes on from where it was; what is read there may
 * be another log by now, where the topic was deleted and made anew in between. It tells nobody: but a fetch that begins
 * before the one before it, of the same broker, has ended shows it.
 */
export function whenFetchFails(consumer: Consumer, then: () => void): void {
  const { FETCH_START, FETCH } = consumer.events;
  const begun = new Set<number>();
  consumer.on(FETCH, ({ payload }) => begun.delete(payload.nodeId));
  consumer.on(FETCH_START, ({ payload }) => {
    if (begun.has(payload.nodeId)) then();
    begun.add(payload.nodeId);
  });
}
