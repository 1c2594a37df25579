import type { Seen } from '../detector.ts';
import { mix } from './mix.ts';
import { toolOf } from './tool-of.ts';

/** A tool and all that it was given: equal for the same call made again. */
export const callKey = ({ event: { body, facts } }: Seen): string =>
  mix(
    toolOf(body.server.id, body.target.name ?? body.method),
    ...facts.args.map(({ field, hash }) => `${field} ${hash}`),
  );
