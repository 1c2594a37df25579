import type { Fact } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { mix } from './mix.ts';
import { toolOf } from './tool-of.ts';

/** A tool and all that it was given, as far as it counts: equal for the same call made again. */
export const callKey = ({ event: { body, facts } }: Seen, counts: (fact: Fact) => boolean = () => true): string =>
  mix(toolOf(body), ...facts.args.filter(counts).map(({ field, hash }) => `${field} ${hash}`));
