import type { Channel } from '../channel.ts';
import { compactJson } from '../compact.ts';
import { describe, unlessAborted } from '../post.ts';

export interface KafkaOptions {
  name: string;
  topic: string;
  /** Resolves when the broker has it (acks=all). */
  produce(topic: string, key: string, value: string): Promise<void>;
}

/** Brokers take messages up to 1 MB unless told otherwise. */
const MAX_BYTES = 900 * 1024;

/** A message an alert's revision, keyed by agent, so that what concerns one agent is read in order. */
export function kafka({ name, topic, produce }: KafkaOptions): Channel {
  return {
    name,
    async send({ id, alert }, signal) {
      try {
        await unlessAborted(
          produce(topic, alert.agent.id, compactJson({ delivery_id: id, ...alert }, MAX_BYTES)),
          signal,
        );
        return { ok: true, status: 0, detail: 'produced' };
      } catch (error) {
        return { ok: false, status: 0, detail: describe(error), retry: true };
      }
    },
  };
}
