import { type PrivilegeClass, SEVERITIES, type Severity, severityRank } from '../../schemas/alert.ts';

interface Graded {
  class: PrivilegeClass;
  store: string;
  named: string;
  toolDays: number;
  used: boolean;
  granted: boolean;
  reminder: boolean;
}

/** A tool that it knew, and that reaches secrets by its arguments now. */
export const isRaised = ({ store, named, toolDays }: Graded): boolean => (store !== '' || named !== '') && toolDays > 0;

export function graded(seen: Graded, usual: boolean): Severity {
  return SEVERITIES[severityRank(atFirst(seen, usual)) - (seen.reminder ? 1 : 0)]!;
}

function atFirst(seen: Graded, usual: boolean): Severity {
  const { store, used, granted, class: name } = seen;
  if (!used) return 'low';
  if (store !== '') return 'high';
  if (!usual && isRaised(seen)) return 'high';
  if (usual) return name === 'identity' ? 'medium' : 'low';
  return granted ? 'medium' : 'high';
}
