import type { KafkaLog } from './kafka-client.ts';

const AGAIN_MS = 60_000;
const REMEMBERED = 1_000;

/** Says the same at most once a minute, the rest as debug: while brokers are away all that asks them says so all the time. */
export function calm(log: KafkaLog, elapsed: () => number): KafkaLog {
  const saidAt = new Map<string, number>();
  return {
    debug: (fields, message) => log.debug(fields, message),
    warn(fields, message) {
      const { err, retryCount: _, ...place } = fields as { err?: Error; retryCount?: number };
      const what = JSON.stringify([message, err?.message, place]);
      const at = elapsed();
      if (at - (saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return log.debug(fields, message);
      if (saidAt.size >= REMEMBERED) saidAt.clear();
      saidAt.set(what, at);
      log.warn(fields, message);
    },
  };
}
