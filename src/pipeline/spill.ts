import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentState } from '../engine/agent-state.ts';
import type { Partition } from '../engine/partition.ts';
import type { SavedState } from '../engine/snapshot.ts';

/**
 * Where there is no store, agents that have gone quiet wait in a temporary file: memory holds at most twice `keep` of
 * them, however many ids a file makes up. In memory remains their place, about 100 bytes each.
 */
export interface Spill {
  /** Brings an agent back before its event is folded. */
  bring(partition: Partition, agentId: string): void;
  /** Puts away the quietest, where there are too many. */
  rest(partition: Partition): void;
  close(): void;
}

export function createSpill(keep: number): Spill {
  const places = new Map<string, { at: number; bytes: number }>();
  let file: { folder: string; handle: number } | undefined;
  let end = 0;

  const write = ({ handle }: { handle: number }, { agentId, state }: SavedState): void => {
    const text = Buffer.from(state);
    for (let done = 0; done < text.length; ) done += writeSync(handle, text, done, text.length - done, end + done);
    places.set(agentId, { at: end, bytes: text.length });
    end += text.length;
  };

  return {
    bring(partition, agentId) {
      const place = places.get(agentId);
      if (place === undefined || file === undefined || partition.agents.has(agentId)) return;
      const text = Buffer.alloc(place.bytes);
      readSync(file.handle, text, 0, place.bytes, place.at);
      partition.restore([[agentId, JSON.parse(text.toString('utf8')) as AgentState]]);
    },
    rest(partition) {
      if (partition.agents.size <= 2 * keep) return;
      if (file === undefined) {
        const folder = mkdtempSync(join(tmpdir(), 'overreach-scan-'));
        file = { folder, handle: openSync(join(folder, 'agents'), 'w+') };
      }
      for (const saved of partition.takeChanged()) write(file, saved);
      partition.spill(keep);
    },
    close() {
      if (file === undefined) return;
      closeSync(file.handle);
      rmSync(file.folder, { recursive: true, force: true });
      file = undefined;
    },
  };
}
