import type { PrivilegeClass } from '../../schemas/alert.ts';
import { REMINDED } from '../stats/told.ts';
import type { NetworkPlace } from './places.ts';

/** What was seen, for people; `place` is what is new, or left. `program`: one it never used, beside a new network. */
export function saidOfPlace(
  reason: string,
  place: string,
  { tool, class: name }: { tool: string; class: PrivilegeClass },
  met?: NetworkPlace,
  program?: string,
): string {
  if (reason === 'moved_within_session') return `${tool}: the session moved away from network ${place}`;
  if (reason === 'basis_weakened') return `${tool} under an id that rests on ${place}, vouched for before`;
  if (reason === 'self_asserted') return `${tool} (class ${name}) under an id that nobody vouches for (${place})`;
  const beside = met?.kind === 'net' && program !== undefined ? `, and with ${program}, which it never used` : '';
  return `${tool} from ${reason.slice(4)} ${place}${sinceWhen(name, met)}${beside}`;
}

function sinceWhen(name: PrivilegeClass, met?: NetworkPlace): string {
  if (met?.standing.reminder === true) return REMINDED;
  return met?.standing.further === true ? `, from where no call of class ${name} came before` : ', never seen before';
}
