import type { Event } from '../../schemas/event.ts';
import type { PieceTold } from '../../schemas/piece.ts';
import { contentId } from '../hash.ts';
import { createDedupe } from './dedupe.ts';
import { createOpenCalls } from './open-calls.ts';
import { firstPiece, laterPiece, type News, pieceOf, toldBy } from './pieces.ts';

/** What is new in the stream, and what of its call it is the first to tell: of what was met in the last `window` offsets. */
export interface Intake {
  /**
   * Null where the event was met before. The same id with other content gets a key of its own (rule R4); a piece of a call
   * takes over what the one before it told.
   */
  meet(event: Event): News | null;
  /** Fills the memory of keys again after a restart, oldest first. */
  remember(keys: Iterable<{ offset: number; key: string; contentHash: string } & PieceTold>): void;
  /** The same of the calls that were open then: their last pieces, oldest first. */
  reopen(pieces: Iterable<Event>): void;
  /** Keys of the events met in the last offsets (their first 16 hex digits), as far back as duplicates are told. */
  keys(): Iterable<{ offset: number; key: string }>;
}

/** Key of an event whose own is that of another content. */
export const conflictKey = ({ key, contentHash }: Event): string => contentId('conflict', key, contentHash);

export function createIntake(window: number): Intake {
  const dedupe = createDedupe(window);
  const open = createOpenCalls();

  /** A request behind its answer makes the call whole: arguments that are told late are told. */
  const completed = (event: Event): News => {
    open.join(event);
    event.body.phase = 'complete';
    const told = toldBy(pieceOf(event));
    dedupe.meet(event.position.offset, event.key, event.contentHash, told);
    return laterPiece(told, dedupe.before);
  };

  return {
    meet(event) {
      const told = toldBy(pieceOf(event));
      const { offset } = event.position;
      let met = dedupe.meet(offset, event.key, event.contentHash, told);
      if (met === 'conflict') {
        // The same id with other content: both are kept.
        event.key = conflictKey(event);
        met = dedupe.meet(offset, event.key, event.contentHash, told);
      }
      if (met === 'same' && open.awaits(event)) return completed(event);
      if (met === 'same' || met === 'conflict') return null;
      if (met === 'later') open.join(event);
      open.hold(event);
      return met === 'later' ? laterPiece(told, dedupe.before) : firstPiece(told);
    },
    remember(keys) {
      for (const row of keys) dedupe.meet(row.offset, row.key, row.contentHash, toldBy(row));
    },
    reopen(pieces) {
      for (const piece of pieces) open.hold(piece);
    },
    keys: () => dedupe.keys(),
  };
}
