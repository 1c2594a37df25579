import type { PrivilegeClass } from '../../schemas/alert.ts';
import { lasting } from '../../schemas/lasting.ts';
import { reminded } from '../stats/told.ts';
import type { NetworkPlace } from './places.ts';

interface Call {
  tool: string;
  class: PrivilegeClass;
  /** It is at work at another network, by its last call there so many milliseconds ago. */
  atWork: boolean;
  away: number;
  /** It is never at work at this hour. */
  quiet: boolean;
}

/** What was seen, for people; `place` is what is new, or left. `program`: one it never used, beside a new network. */
export function saidOfPlace(
  reason: string,
  place: string,
  { tool, class: name, atWork, away, quiet }: Call,
  met?: NetworkPlace,
  program?: string,
): string {
  if (reason === 'moved_within_session') return `${tool}: the session moved away from network ${place}`;
  if (reason === 'basis_weakened') return `${tool} under an id that rests on ${place}, vouched for before`;
  if (reason === 'self_asserted') return `${tool} (class ${name}) under an id that nobody vouches for (${place})`;
  const signs =
    met?.kind === 'net'
      ? [
          program === undefined ? '' : `and with ${program}, which it never used`,
          atWork ? `${lasting(away)} after it worked from another` : '',
          quiet ? 'at an hour at which it never works' : '',
        ].filter((sign) => sign !== '')
      : [];
  return `${tool} from ${reason.slice(4)} ${place}${[sinceWhen(name, met).slice(2), ...signs].map((part) => `, ${part}`).join('')}`;
}

function sinceWhen(name: PrivilegeClass, met?: NetworkPlace): string {
  if (met?.standing.reminder === true) return reminded(met.standing);
  return met?.standing.further === true ? `, from where no call of class ${name} came before` : ', never seen before';
}
