import type { JudgedEvent } from '../stores/store.ts';

/** The same rows, in their order, in portions that end with a record: in between a partition stands at an offset. */
export async function* wholeRecords(portions: AsyncIterable<JudgedEvent[]>): AsyncIterable<JudgedEvent[]> {
  let rest: JudgedEvent[] = [];
  for await (const rows of portions) {
    const known = [...rest, ...rows];
    const { offset, epoch } = known.at(-1)!.event.position;
    const last = known.findIndex(({ event: { position } }) => position.offset === offset && position.epoch === epoch);
    if (last > 0) yield known.slice(0, last);
    rest = known.slice(last);
  }
  if (rest.length > 0) yield rest;
}
