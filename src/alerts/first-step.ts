import type { Alert, PrivilegeClass } from '../../schemas/alert.ts';
import { OPERATIONAL } from './operational.ts';

/** What to do first where the detector has no advice of its own: by what the call could do. */
const BY_CLASS: Record<PrivilegeClass, string> = {
  discover: 'Ask the owner what the agent was looking for. Nothing was read or changed.',
  read: 'Check what was read and where it could have gone next in the same session.',
  write: 'Compare what was changed with the task, and undo it if nobody asked for it.',
  execute: 'Stop the session, then look at what ran and what it left behind.',
  secret: 'Rotate the secret that was reached, then find out what it opens and who asked for it.',
  identity: "Revoke what was granted or created, then suspend the agent's credential until its owner has answered.",
};

export function firstStep(alert: Alert): string {
  if (alert.detector === OPERATIONAL) return 'Look at overreach status and at the log of the part that is named.';
  if (alert.stage === 'close') return 'Give a verdict, so that it is clear what it was.';
  return BY_CLASS[alert.class];
}
