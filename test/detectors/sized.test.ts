import { describe, expect, it } from 'vitest';
import { sized } from '../../detectors/data-volume/sized.ts';

describe('sized', () => {
  it('says amounts in the unit that people read, to three figures', () => {
    const amounts = [0, 7.4, 999, 999.7, 1_000, 12_345, 430_513, 999_600, 1_234_567_890, 5e12];
    expect(amounts.map(sized)).toEqual([
      ...['0 bytes', '7 bytes', '999 bytes', '1 kB', '1 kB', '12.3 kB', '431 kB', '1 MB', '1.23 GB', '5000 GB'],
    ]);
  });
});
