import type { Kafka } from 'kafkajs';
import { expect, it } from 'vitest';
import { createBounds } from '../../src/sources/kafka-bounds.ts';

it('opens no connection once it is closed, though what was under way goes on to ask', async () => {
  let [opened, closed] = [0, 0];
  let cutOff = (): void => {};
  const admin = {
    async connect() {
      opened += 1;
    },
    async disconnect() {
      closed += 1;
      cutOff();
    },
    fetchTopicOffsets: () =>
      new Promise((_, reject) => {
        cutOff = () => reject(new Error('disconnected'));
      }),
  };
  const kafka = { admin: () => admin } as unknown as Kafka;
  const bounds = createBounds({ kafka, log: { debug: () => {}, warn: () => {} } });
  const asked = bounds.ends('first').then(() => void bounds.ends('second'));
  await new Promise((resolve) => setImmediate(resolve));
  await bounds.close();
  await asked;
  await new Promise((resolve) => setImmediate(resolve));
  expect([opened, closed]).toEqual([1, 1]);
});
