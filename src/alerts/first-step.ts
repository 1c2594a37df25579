import type { Alert, PrivilegeClass } from '../../schemas/alert.ts';
import { OPERATIONAL_STEPS, type OperationalReason } from './operational-steps.ts';
import { isOperational, isStorm } from './own.ts';

/** What to do first where the detector has no advice of its own: by what the call could do. */
const BY_CLASS: Record<PrivilegeClass, string> = {
  discover: 'Ask the owner what the agent was looking for. Nothing was read or changed.',
  read: 'Check what was read and where it could have gone next in the same session.',
  write: 'Compare what was changed with the task, and undo it if nobody asked for it.',
  execute: 'Stop the session, then look at what ran and what it left behind.',
  secret: 'Rotate the secret that was reached, then find out what it opens and who asked for it.',
  identity: "Revoke what was granted or created, then suspend the agent's credential until its owner has answered.",
};

/** What to do first; `own` are the words of the detector, which knows more than the class of the call. */
export function firstStep(alert: Alert, own?: string): string {
  if (alert.status === 'resolved') return 'Nothing more: somebody has judged it.';
  if (isOperational(alert)) {
    if (alert.stage === 'close') return 'Nothing: it is over.';
    return (
      OPERATIONAL_STEPS[alert.reason as OperationalReason] ??
      'Look at `overreach status` and at the log of the part that is named.'
    );
  }
  const step = isStorm(alert) ? ofStorm(alert) : (own ?? BY_CLASS[alert.class]);
  // That it has stopped does not undo what was done.
  return alert.stage === 'close' ? `${step} Then give a verdict, so that it is clear what it was.` : step;
}

const ofStorm = ({ server }: Alert): string =>
  `Find out what changed${server === undefined ? '' : ` at ${server}`} (a release, a new tool, a grant) before looking at the agents one by one.`;
