import type { Alert, PrivilegeClass } from '../../schemas/alert.ts';
import { isOperational } from './operational.ts';
import { isStorm } from './storm-text.ts';

/** What to do first where the detector has no advice of its own: by what the call could do. */
const BY_CLASS: Record<PrivilegeClass, string> = {
  discover: 'Ask the owner what the agent was looking for. Nothing was read or changed.',
  read: 'Check what was read and where it could have gone next in the same session.',
  write: 'Compare what was changed with the task, and undo it if nobody asked for it.',
  execute: 'Stop the session, then look at what ran and what it left behind.',
  secret: 'Rotate the secret that was reached, then find out what it opens and who asked for it.',
  identity: "Revoke what was granted or created, then suspend the agent's credential until its owner has answered.",
};

/** What Overreach says of itself and of what feeds it, by reason. */
const OPERATIONAL_STEPS: Record<string, string> = {
  silent_gateway: 'See whether the gateway runs and whether its events can reach Overreach; its own log says which.',
  lag: 'See in `overreach status` whether Overreach or the store is short of CPU, memory or disk; then add a process to the group.',
  reject_storm:
    'Run `overreach rejects list`: most often a gateway changed its format. Mend the mapping, restart Overreach, then `overreach rejects replay`.',
  reconcile_difference:
    'Keep the log of that partition from expiring, then compare both counts; `overreach status` names the checkpoint.',
  endpoint_disabled:
    'Mend the endpoint and prove it with `overreach alerts test --channel NAME`; restart Overreach, then send again what was not delivered.',
  delivery_refused:
    'Read the answer with `overreach alerts deliveries ID`, mend the channel, then `overreach alerts resend --id ID`.',
  disk_low: 'Make room, or shorten retention.events_days; Overreach goes on by itself.',
  clock_skew: "Set the gateway's clock (NTP).",
  checkpoint_old: 'See in the log of Overreach why the store takes no checkpoint.',
  records_lost: "Lengthen the topic's retention; ask the gateway's own log what its agents did in between.",
  log_cut:
    'Let topics have three replicas, min.insync.replicas=2 and no unclean leader election; have gateways send again what they sent last.',
  grants_broken:
    'Run `overreach config check`: it names the line. The old grants stay in force until the file is sound.',
  forbidden_agent: 'Ask who runs the gateway of this token whether the agents are its own; if not, revoke the token.',
  ungoverned_agents: 'Nothing tonight. Write a first policy with `overreach grants suggest --agent AGENT`.',
};

/** What to do first; `own` are the words of the detector, which knows more than the class of the call. */
export function firstStep(alert: Alert, own?: string): string {
  if (alert.status === 'resolved') return 'Nothing more: somebody has judged it.';
  if (isOperational(alert)) {
    if (alert.stage === 'close') return 'Nothing: it is over.';
    return OPERATIONAL_STEPS[alert.reason] ?? 'Look at `overreach status` and at the log of the part that is named.';
  }
  const step = isStorm(alert) ? ofStorm(alert) : (own ?? BY_CLASS[alert.class]);
  // That it has stopped does not undo what was done.
  return alert.stage === 'close' ? `${step} Then give a verdict, so that it is clear what it was.` : step;
}

const ofStorm = ({ server }: Alert): string =>
  `Find out what changed${server === undefined ? '' : ` at ${server}`} (a release, a new tool, a grant) before looking at the agents one by one.`;
