import type { RejectReason } from '../../../schemas/event.ts';
import { escapeTerminal } from '../../alerts/escape.ts';
import type { RefusedRecord, RejectsPort } from './refused.ts';

/** What became of refused records that were to be understood now. */
interface Replayed {
  /** Records by outcome. */
  counts: Partial<Record<Outcome, number>>;
  still_refused: { place: string; why: string }[];
}

type Outcome =
  | Awaited<ReturnType<RejectsPort['replay']>>
  | 'would_be_sent'
  | 'still_refused'
  /** What a token sent of an agent that is not its own. */
  | 'not_sent';

/** Refused for who sent it, not for what it says: a mended mapping changes nothing of that. */
export const FORBIDDEN: RejectReason = 'forbidden_agent';

/** Still refused records that people are shown. */
const NAMED = 20;
const STALE =
  'rejected: the server does not understand what this command does; it reads its mappings when it starts: restart it, and replay again';

/** Oldest first, as they came. `notSent`: how many are held back. */
export async function replayAll(
  port: Pick<RejectsPort, 'understand' | 'standing' | 'replay'>,
  newestFirst: readonly RefusedRecord[],
  { notSent, dryRun }: { notSent: number; dryRun: boolean },
): Promise<Replayed> {
  const { counts, still_refused }: Replayed = { counts: {}, still_refused: [] };
  const add = (outcome: Outcome, more = 1): void => {
    counts[outcome] = (counts[outcome] ?? 0) + more;
  };
  const reasons = new Map(newestFirst.toReversed().map((record) => [record, port.understand(record)]));
  const standing = await port.standing([...reasons.keys()].filter((record) => reasons.get(record) === null));
  for (const [record, why] of reasons) {
    if (why !== null) {
      still_refused.push({ place: record.place, why });
      add('still_refused');
    } else if (standing.has(record)) add('duplicate');
    else add(dryRun ? 'would_be_sent' : await port.replay(record));
  }
  if (notSent > 0) add('not_sent', notSent);
  return { counts, still_refused };
}

/** For people. */
export function replayText({ counts, still_refused: still }: Replayed): string {
  const sums = Object.entries(counts).map(([outcome, count]) =>
    outcome === 'not_sent'
      ? `${count} refused for its agent, not sent (--reason ${FORBIDDEN} sends it)`
      : `${count} ${outcome.replaceAll('_', ' ')}`,
  );
  const lines = [
    ...still.slice(0, NAMED).map(({ place, why }) => escapeTerminal(`${place}: ${why}`)),
    ...(still.length > NAMED ? [`... and ${still.length - NAMED} more (--json names all)`] : []),
    sums.join(', ') || 'nothing to replay',
    ...(counts.rejected === undefined ? [] : [STALE]),
  ];
  return `${lines.join('\n')}\n`;
}
