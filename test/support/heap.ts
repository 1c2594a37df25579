import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the heap that are in use. */
export function heapUsed(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The engine keeps the shape of an object, and with it its names, for a few collections more.
  for (let n = 0; n < 6; n += 1) collect();
  return process.memoryUsage().heapUsed;
}
