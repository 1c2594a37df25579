import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { isUsual, type NetworkPlace, type Places } from './places.ts';

/** What a call shows beside the place: its class, its program, and what of it nobody knows. */
interface Beside {
  class: PrivilegeClass;
  program: NetworkPlace | undefined;
  strangeClient: boolean;
  strangeProgram: boolean;
}

/** Where so many others work is a place of the fleet. */
const SHARED = 2;
const SEVERITY: Record<string, 'low' | 'high'> = {
  self_asserted: 'low',
  new_client: 'low',
  basis_weakened: 'high',
  moved_within_session: 'high',
};

/** The severity of a finding where it is not the default one; `place`: where it is about one. */
export const gradeOf = (state: Places, reason: string, place: NetworkPlace | undefined, beside: Beside) =>
  place !== undefined && isMild(state, place, beside) ? 'low' : SEVERITY[reason];

function isMild(state: Places, place: NetworkPlace, beside: Beside): boolean {
  if (place.standing.reminder || place.holders >= SHARED) return true;
  if (beside.strangeClient) return false;
  if (place.near) return true;
  const rank = classRank(beside.class);
  if (place.roams && !beside.strangeProgram && rank < classRank('secret')) return true;
  return place.kind === 'net' && isUsual(state, beside.program) && rank < classRank('execute');
}
