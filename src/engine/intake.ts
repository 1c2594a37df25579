import type { Event } from '../../schemas/event.ts';
import type { PieceTold } from '../../schemas/piece.ts';
import { contentId } from '../hash.ts';
import { createDedupe } from './dedupe.ts';
import { firstPiece, laterPiece, type Piece, pieceOf, toldBy } from './pieces.ts';

/** What is new in the stream, and what of its call it is the first to tell: of what was met in the last `window` offsets. */
export interface Intake {
  /** Null where the event was met before. The same id with other content gets a key of its own (rule R4). */
  meet(event: Event): Piece | null;
  /** Fills the memory of keys again after a restart, oldest first. */
  remember(keys: Iterable<{ offset: number; key: string; contentHash: string } & PieceTold>): void;
  /** Keys of the events met in the last offsets (their first 16 hex digits), as far back as duplicates are told. */
  keys(): Iterable<{ offset: number; key: string }>;
}

/** Key of an event whose own is that of another content. */
export const conflictKey = ({ key, contentHash }: Event): string => contentId('conflict', key, contentHash);

export function createIntake(window: number): Intake {
  const dedupe = createDedupe(window);
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
      if (met === 'same' || met === 'conflict') return null;
      return met === 'later' ? laterPiece(told, dedupe.before) : firstPiece(told);
    },
    remember(keys) {
      for (const row of keys) dedupe.meet(row.offset, row.key, row.contentHash, toldBy(row));
    },
    keys: () => dedupe.keys(),
  };
}
