import { expect, it } from 'vitest';
import { createDecoder } from '../../src/decode/decode.ts';
import { createHasher } from '../../src/hash.ts';
import { type RekeyOptions, rekey } from '../../src/pipeline/rekey.ts';
import { logOf } from './log.ts';

const options: RekeyOptions = {
  decode: createDecoder({ hasher: createHasher(Buffer.from('a key of some length, for tests')) }),
  produce: async () => {},
  tooLarge: () => false,
  store: {
    writeRejects: async () => {},
    writeGaps: async () => {},
    rekeyedPlaces: async () => [],
    writeRekeyedPlaces: async () => {},
  },
  persist: (_, write) => write(),
  onGap: () => {},
  now: Date.now,
};
const bad = { offset: 0, value: '{ no JSON', receivedAt: 1 };

it('ends with what failed for good, though nothing more comes', async () => {
  const writeRejects = () => Promise.reject(new Error('wrong password'));
  const ended = rekey(logOf([[bad]], 1), { ...options, store: { ...options.store, writeRejects } });
  await expect(ended).rejects.toThrow('wrong password');
});
