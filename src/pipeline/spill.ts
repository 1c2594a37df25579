import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentState } from '../engine/agent-state.ts';
import type { Partition } from '../engine/partition.ts';
import type { SavedState } from '../engine/snapshot.ts';

/**
 * Where there is no store, agents that have gone quiet wait in a temporary file: memory holds at most twice `keep` of
 * them, however many ids a file makes up. In memory remains their place, about 100 bytes each. The file has no name from
 * the start on, so that it goes with the process, however that ends.
 */
interface Spill {
  /** Brings an agent back before its event is folded. */
  bring(partition: Partition, agentId: string): void;
  /** Puts away the quietest, where there are too many; answers their ids. */
  rest(partition: Partition): string[];
  /** State of one that was put away, as it was then. */
  read(agentId: string): string | undefined;
  close(): void;
}

export function createSpill(keep: number, name = 'overreach-scan-'): Spill {
  const places = new Map<string, { at: number; bytes: number }>();
  let file: number | undefined;
  let end = 0;

  const write = (handle: number, { agentId, state }: SavedState): void => {
    const text = Buffer.from(state);
    for (let done = 0; done < text.length; ) done += writeSync(handle, text, done, text.length - done, end + done);
    places.set(agentId, { at: end, bytes: text.length });
    end += text.length;
  };

  const read = (agentId: string): string | undefined => {
    const place = places.get(agentId);
    if (place === undefined || file === undefined) return undefined;
    const text = Buffer.alloc(place.bytes);
    readSync(file, text, 0, place.bytes, place.at);
    return text.toString('utf8');
  };

  return {
    bring(partition, agentId) {
      const state = partition.agents.has(agentId) ? undefined : read(agentId);
      if (state !== undefined) partition.restore([[agentId, JSON.parse(state) as AgentState]]);
    },
    read,
    rest(partition) {
      if (partition.agents.size <= 2 * keep) return [];
      file ??= openNameless(name);
      for (const saved of partition.takeChanged()) write(file, saved);
      return partition.spill(keep);
    },
    close() {
      if (file === undefined) return;
      closeSync(file);
      file = undefined;
    },
  };
}

function openNameless(name: string): number {
  const folder = mkdtempSync(join(tmpdir(), name));
  try {
    return openSync(join(folder, 'agents'), 'w+');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
