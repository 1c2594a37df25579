import { SEVERITIES, type Severity, severityRank } from '../../schemas/alert.ts';
import type { Observation } from './observation.ts';

/** A tool that it knew, and that reaches secrets by its arguments now. */
export const isRaised = ({ store, named, right, toolDays, further }: Observation): boolean =>
  (store !== '' || named !== '' || right !== '') && toolDays > 0 && !further;

/** Who reaches so many of a kind finds further ones in its work. */
const HABIT = 3;
/** Further ones within an hour: whoever looks for what there is, and needs none of them. */
const SWEEP = 4;

export function graded(seen: Observation, usual: boolean): Severity {
  return SEVERITIES[Math.max(0, severityRank(atFirst(seen, usual)) - (seen.reminder ? 1 : 0))]!;
}

function atFirst(seen: Observation, usual: boolean): Severity {
  const { store, used, granted, assigned, class: name } = seen;
  if (!used || seen.weak) return 'low';
  if (seen.sentTo !== '') return 'high';
  // What gives administration, an account, or something to everybody is told by grave-act: this is one right on one thing.
  if (seen.right !== '') return seen.right === 'statement' || usual ? 'low' : 'medium';
  if (seen.further) return seen.alike < HABIT || seen.swept >= SWEEP ? 'medium' : 'low';
  if (store !== '') return 'high';
  if (!usual && isRaised(seen)) return 'high';
  // What adds up of new ones privilege-creep tells.
  if (assigned) return 'low';
  if (usual) return name === 'identity' ? 'medium' : 'low';
  return granted ? 'medium' : 'high';
}
