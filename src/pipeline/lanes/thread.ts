import { parentPort, workerData } from 'node:worker_threads';
import { createLane, type LaneSetup, type LaneWork } from './lane.ts';

/** A lane on a thread of its own. Work and answers are JSON, which costs half of a structured clone; events stay here. */
const lane = createLane(JSON.parse(workerData as string) as LaneSetup);
const port = parentPort!;
port.on('message', (text: string | null) => {
  if (text === null) {
    lane.close();
    port.close();
    return;
  }
  const { judged, told } = lane.work(JSON.parse(text) as LaneWork);
  port.postMessage(
    JSON.stringify({
      judged: judged.map(({ outcome, alerts }) => ({ outcome: { ...outcome, event: undefined }, alerts })),
      told,
    }),
  );
});
