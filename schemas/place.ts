/** A partition of a source. */
export interface Place {
  source: string;
  partition: number;
}

/** `source/partition`, as rows and manifests name it, e.g. `kafka:mcp-events/0`. */
export const placeId = ({ source, partition }: Place): string => `${source}/${partition}`;

/** The same, taken apart. */
export function placeOf(id: string): Place {
  const cut = id.lastIndexOf('/');
  return { source: id.slice(0, cut), partition: Number(id.slice(cut + 1)) };
}

/** An offset in one of the logs of a partition: the one of an epoch, which begins at an offset of its own (both 0 where absent). */
export interface InLog {
  epoch?: number;
  begins?: number;
  offset: number;
}
