import { createRandom } from '../../src/simulate/random.ts';
import { until } from '../kafka/support.ts';
import type { Bed } from './bed.ts';
import type { Trouble } from './compare.ts';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface Extent {
  /** How often. */
  count: number;
  /** Events in all; the troubles are spread over them. */
  total: number;
  patience: number;
}

/** The n-th place of several, spread over the topic. */
async function reach(bed: Bed, n: number, { count, total, patience }: Extent): Promise<void> {
  const place = Math.floor((total * n) / (count + 2));
  await until(`${place} are stored`, async () => ((await bed.rows()) ?? 0) >= place, patience);
}

/** T1: kill -9 at places spread over the topic, each at a random moment; another process begins at once. */
export const kills =
  (extent: Extent): Trouble =>
  async (bed, first) => {
    const random = createRandom('kills');
    let child = first;
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      await pause(random.below(300));
      await child.kill('SIGKILL');
      child = await bed.up();
    }
    return { survivor: child, troubles: extent.count };
  };

/** T2: the broker dies and comes back on its data. */
export const brokerDies =
  (extent: Extent, awayMs: number): Trouble =>
  async (bed, survivor) => {
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      await bed.broker.kill();
      await pause(awayMs);
      await bed.broker.start();
    }
    return { survivor, troubles: extent.count };
  };

/** T3: a second process joins the group, reads along, and leaves. */
export const joinAndLeave =
  (extent: Extent): Trouble =>
  async (bed, survivor) => {
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      const second = await bed.up();
      await pause(1_500);
      await second.kill(n % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    }
    return { survivor, troubles: extent.count };
  };

/** T4: a process stands still beyond its session while another takes over, and then goes on as if nothing was. */
export const standsStill =
  (extent: Extent, stillMs: number): Trouble =>
  async (bed, survivor) => {
    for (let n = 1; n <= extent.count; n += 1) {
      const sleeper = await bed.up();
      await reach(bed, n, extent);
      sleeper.signal('SIGSTOP');
      await pause(stillMs);
      sleeper.signal('SIGCONT');
      // It finds out by itself that it was put out of the group; what it still writes must do no harm.
      await pause(2_000);
      await sleeper.kill('SIGTERM');
    }
    return { survivor, troubles: extent.count };
  };

/** T4b: as in a collection of garbage that takes for ever; nobody took over, and it is given the same again. */
export const stalls =
  (extent: Extent, stillMs: number): Trouble =>
  async (bed, survivor) => {
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      survivor.signal('SIGSTOP');
      await pause(stillMs);
      survivor.signal('SIGCONT');
    }
    return { survivor, troubles: extent.count };
  };

/** T5: the store answers nobody for a while. */
export const storeAway =
  (extent: Extent, awayMs: number): Trouble =>
  async (bed, survivor) => {
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      bed.server.signal('SIGSTOP');
      await pause(awayMs);
      bed.server.signal('SIGCONT');
    }
    return { survivor, troubles: extent.count };
  };

/** T6: the store's process dies, most likely in the middle of an insert, and begins again on what is on its disk. */
export const storeDies =
  (extent: Extent): Trouble =>
  async (bed, survivor) => {
    const random = createRandom('the store dies');
    for (let n = 1; n <= extent.count; n += 1) {
      await reach(bed, n, extent);
      await pause(random.below(120));
      await bed.server.kill();
      await bed.server.start();
    }
    return { survivor, troubles: extent.count };
  };
