import type { Position } from '../../schemas/event.ts';
import type { Batch } from '../sources/source.ts';

/** Where a part of a record of a batch stands. */
export const positionOf = ({ source, partition, epoch }: Batch, offset: number, index: number): Position =>
  epoch === undefined ? { source, partition, offset, index } : { source, partition, epoch, offset, index };
