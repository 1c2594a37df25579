import { classRank, isChange, type PrivilegeClass } from '../../schemas/alert.ts';
import { isUsual, type NetworkPlace, type Places } from './places.ts';
import { beganHere, type Shift } from './shift.ts';

interface Known extends Places {
  shift?: Shift;
}

/** What a call shows beside the place: its class, and what goes with it. */
interface Beside {
  class: PrivilegeClass;
  /** It is at work elsewhere; it never works at this hour. */
  atWork: boolean;
  quiet: boolean;
  /** Milliseconds since it was last seen elsewhere. */
  away: number;
  /** The client is one that it never used, and so is the program, by its name. */
  client: boolean;
  program: string | undefined;
  places: readonly NetworkPlace[];
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
export const gradeOf = (state: Known, reason: string, place: NetworkPlace | undefined, beside: Beside) =>
  place !== undefined && isMild(state, place, beside) ? 'low' : SEVERITY[reason];

function isMild(state: Known, place: NetworkPlace, beside: Beside): boolean {
  if (place.standing.reminder || place.holders >= SHARED) return true;
  if (beside.client) return false;
  return place.near || (place.kind === 'net' && (isMoved(place, beside) || isDayElsewhere(state, beside)));
}

/** From one private network to another, and it looks around there as it did: what it changes from there is told. */
const isMoved = ({ inside }: NetworkPlace, beside: Beside): boolean =>
  inside && !beside.quiet && beside.program === undefined && !isChange(beside.class);

/** A network that nobody knows, and nothing else is strange: it goes with a laptop. */
function isDayElsewhere(state: Known, beside: Beside): boolean {
  if (beside.atWork || beside.quiet) return false;
  const rank = classRank(beside.class);
  const program = beside.places.find(({ kind }) => kind === 'program');
  if (isUsual(state, program) && rank < classRank('execute')) return true;
  return beside.program === undefined && rank < classRank('secret') && beganHere(state.shift!, beside.away);
}
