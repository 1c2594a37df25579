import { parentPort, workerData } from 'node:worker_threads';
import { createLane, type LaneSetup, type LaneWork } from './lane.ts';

/** A lane on a thread of its own. Work and answers are JSON, which costs half of a structured clone. */
const lane = createLane(JSON.parse(workerData as string) as LaneSetup);
const port = parentPort!;
port.on('message', (text: string | null) => {
  if (text === null) {
    lane.close();
    port.close();
    return;
  }
  port.postMessage(JSON.stringify(lane.work(JSON.parse(text) as LaneWork)));
});
