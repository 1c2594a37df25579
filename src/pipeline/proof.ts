import type { Assignment, Batch } from '../sources/source.ts';
import type { Landmark, LogMark } from './log-mark.ts';

/** What reading showed of a log that is not what it was. */
export interface Doubt {
  /** All landmarks from this offset on stand in it no more. */
  below: number;
  /** It is as it was up to here, and only its end was lost. */
  goOn?: number;
}

/**
 * Of three landmarks in a row the oldest lies more than so many times as far back as the newest. What is read again of a
 * log that lost its end is about so many times what it lost: known again as long as that is less than the window of keys.
 */
const SPREAD = 2;

/**
 * Remembers the last record before our place, and of those before it the fewer the further back they lie: whatever was
 * lost of a log, one that it still holds lies not much further back.
 */
export function stand(mark: LogMark, last: Landmark): void {
  const back = ({ offset }: Landmark): number => last.offset - offset;
  const earlier: Landmark[] = [];
  const known = landmarks(mark).filter((one) => back(one) > 0);
  known.forEach((one, n) => {
    const older = earlier.at(-1);
    if (older === undefined || back(older) > SPREAD * back(known[n + 1] ?? last)) earlier.push(one);
  });
  mark.last = last;
  mark.earlier = earlier;
}

const landmarks = ({ earlier = [], last }: LogMark): Landmark[] => (last === undefined ? earlier : [...earlier, last]);

/**
 * What is read again first, to tell the log by it: the newest landmark that it can still hold. Reading goes on at it, at
 * our place where there is none.
 */
export function proofOf(
  mark: LogMark = {},
  { logStart = 0, logEnd = Number.POSITIVE_INFINITY }: Assignment,
  { below = Number.POSITIVE_INFINITY }: Partial<Doubt> = {},
): Landmark | undefined {
  return landmarks(mark).findLast(({ offset }) => logStart <= offset && offset < Math.min(logEnd, below));
}

/** Where to begin, where the log is certainly another one than that of which we stand at `nextOffset`. */
export function restartOf(
  mark: LogMark | undefined,
  nextOffset: number,
  assignment: Assignment,
  doubt?: Doubt,
): number | undefined {
  if (doubt?.goOn !== undefined) return doubt.goOn;
  const { logStart = 0, logEnd = Number.POSITIVE_INFINITY } = assignment;
  const isAnother = doubt !== undefined || logEnd < nextOffset;
  return isAnother && proofOf(mark, assignment, doubt) === undefined ? logStart : undefined;
}

/** The mark of a log that is another one from `begins` on. */
export function restartedAt(mark: LogMark, begins: number): LogMark {
  const common = landmarks(mark).filter(({ offset }) => offset < begins);
  const last = common.pop();
  return { begins, ...(last === undefined ? {} : { last, earlier: common }) };
}

/** What the first batch after a seek to the proof shows: nothing where the log is the one of which we stand at `nextOffset`. */
export function doubtOf(
  { records: [first] }: Batch,
  proof: Landmark | undefined,
  nextOffset: number,
): Doubt | undefined {
  if (first === undefined || proof === undefined) return undefined;
  const isLast = proof.offset === nextOffset - 1;
  if (first.offset !== proof.offset) return isLast ? undefined : { below: proof.offset };
  if (first.receivedAt !== proof.at) return { below: proof.offset };
  return isLast ? undefined : { below: proof.offset + 1, goOn: proof.offset + 1 };
}
