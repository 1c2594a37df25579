import { BusyError } from '../errors.ts';
import type { Ingest, PostedRecord, RecordOutcome, Sender, Source, SourceItem } from './source.ts';

export interface HttpSource extends Source, Ingest {}

interface HttpSourceOptions {
  /** Records of one batch at most; a longer post comes in several. */
  maxBatch?: number;
}

/** What is left of one post: it is answered when its last part is settled. */
interface Post {
  records: readonly PostedRecord[];
  sender: Sender;
  key: string;
  taken: number;
  outcomes: RecordOutcome[];
  unsettled: number;
  resolve(outcomes: RecordOutcome[]): void;
  reject(error: Error): void;
}

/** Part of a post within a batch. */
interface Part {
  post: Post;
  from: number;
  count: number;
}

const NAME = 'http';
const MAX_BATCH = 5_000;

/** Records posted over HTTP as a source of one partition; what is posted while a batch is worked on makes the next one. */
export function createHttpSource({ maxBatch = MAX_BATCH }: HttpSourceOptions = {}): HttpSource {
  const waiting: Post[] = [];
  const open = new Set<Post>();
  let stopped = false;
  let nextOffset = 0;
  let wake: (() => void) | null = null;

  const rouse = (): void => {
    wake?.();
    wake = null;
  };

  function takeParts(): Part[] {
    const parts: Part[] = [];
    const { key } = waiting[0]!;
    for (let room = maxBatch; room > 0 && waiting[0]?.key === key; ) {
      const post = waiting[0]!;
      const count = Math.min(room, post.records.length - post.taken);
      parts.push({ post, from: post.taken, count });
      post.taken += count;
      room -= count;
      if (post.taken === post.records.length) waiting.shift();
    }
    return parts;
  }

  function batchOf(parts: readonly Part[]): SourceItem {
    const { sender } = parts[0]!.post;
    const first = nextOffset;
    const records = parts.flatMap(({ post, from, count }) =>
      post.records.slice(from, from + count).map((record) => ({ ...record, offset: nextOffset++ })),
    );
    return {
      kind: 'batch',
      batch: {
        source: NAME,
        partition: 0,
        generation: 1,
        records,
        ...sender,
        settled: (result) => settle(parts, first, result),
      },
    };
  }

  function settle(
    parts: readonly Part[],
    first: number,
    result: { outcomes: RecordOutcome[] } | { error: Error },
  ): void {
    let at = first;
    const byOffset = 'error' in result ? null : new Map(result.outcomes.map((outcome) => [outcome.offset, outcome]));
    for (const { post, from, count } of parts) {
      post.unsettled -= count;
      if (byOffset === null) fail(post, (result as { error: Error }).error);
      else for (let index = 0; index < count; index += 1) post.outcomes[from + index] = byOffset.get(at++)!;
      if (post.unsettled > 0) continue;
      open.delete(post);
      post.resolve(post.outcomes);
    }
  }

  /** One part failed: the whole post is to be sent again, and what of it still waits need not be folded. */
  function fail(post: Post, error: Error): void {
    post.reject(error);
    const at = waiting.indexOf(post);
    if (at === -1) return;
    waiting.splice(at, 1);
    post.unsettled -= post.records.length - post.taken;
  }

  async function* items(): AsyncGenerator<SourceItem> {
    let sought = false;
    let finished = false;
    const seek = (offset: number): void => {
      nextOffset = offset;
      sought = true;
    };
    try {
      yield { kind: 'assigned', assignment: { source: NAME, partition: 0, generation: 1, seek } };
      if (!sought) throw new Error('the assignment of http/0 was not answered');
      for (;;) {
        while (waiting.length > 0) yield batchOf(takeParts());
        if (stopped) {
          finished = true;
          return;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      if (!finished) abandon();
    }
  }

  /** Who folds has gone before it came to the end, asked to stop or not: nothing that is open will be answered any more. */
  function abandon(): void {
    stopped = true;
    for (const post of open) post.reject(new Error('the pipeline ended before this was stored'));
    open.clear();
    waiting.length = 0;
  }

  return {
    name: NAME,
    [Symbol.asyncIterator]: items,
    push(records, sender) {
      if (records.length === 0) return Promise.resolve([]);
      if (stopped) return Promise.reject(new BusyError('shutting down', 5));
      return new Promise((resolve, reject) => {
        const key = JSON.stringify(sender);
        const unsettled = records.length;
        const post: Post = { records, sender, key, taken: 0, outcomes: [], unsettled, resolve, reject };
        open.add(post);
        waiting.push(post);
        rouse();
      });
    },
    commit: () => Promise.resolve(),
    stop() {
      stopped = true;
      rouse();
      return Promise.resolve();
    },
  };
}
