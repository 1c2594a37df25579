import { classRank, type PrivilegeClass, SEVERITIES, type Severity, severityRank } from '../../schemas/alert.ts';

/** What is new of a call. */
export type Level = 'tool' | 'server' | 'class';

interface FirstUse {
  class: PrivilegeClass;
  used: boolean;
  newGrant: boolean;
  /** How it left the charter, '' where it did not. */
  breach: string;
  reminder: boolean;
}

const GRADES: Record<Level, Record<PrivilegeClass, Severity>> = {
  tool: { discover: 'info', read: 'info', write: 'info', execute: 'low', secret: 'medium', identity: 'medium' },
  server: { discover: 'info', read: 'info', write: 'low', execute: 'medium', secret: 'high', identity: 'high' },
  class: { discover: 'info', read: 'low', write: 'medium', execute: 'high', secret: 'high', identity: 'high' },
};

/** Steps: what was refused did no harm, and is for the record; of who insists `denials` tells. */
const REFUSED = 2;

/** What somebody granted is a duty, however high its class; what its owner never meant it to do is none. */
export function graded({ class: name, used, newGrant, breach, reminder }: FirstUse, level: Level): Severity {
  const full = severityRank(GRADES[level][name]);
  const most = newGrant && breach === '' ? (classRank(name) >= classRank('secret') ? 2 : 1) : full;
  return SEVERITIES[Math.max(0, Math.min(full, most) - (used ? 0 : REFUSED) - (reminder ? 1 : 0))]!;
}
