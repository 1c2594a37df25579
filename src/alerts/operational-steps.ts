/** Every reason for which Overreach tells of itself and of what feeds it, and what to do first. */
export const OPERATIONAL_STEPS = {
  silent_gateway: 'See whether the gateway runs and whether its events can reach Overreach; its own log says which.',
  lag: 'See in `overreach status` whether Overreach or the store is short of CPU, memory or disk; then add a process to the group.',
  reject_storm:
    'Run `overreach rejects list`: most often a gateway changed its format. Mend the mapping, restart Overreach, then `overreach rejects replay`.',
  reconcile_difference:
    'Keep the log of that partition from expiring, then compare both counts; `overreach status` names the checkpoint.',
  channel_failing:
    'See what the receiver answers (`overreach alerts test --channel NAME`) and mend it; read what it missed with `overreach alerts list`.',
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
  log_remade:
    "Ask who deleted the topic, and the gateway's own log what its agents did that was not read of the old one.",
  partitions_grown:
    'Where the topic is said to be keyed by agent, plan `overreach baseline rebuild`: it learns each agent as a whole again.',
  grants_broken:
    'Run `overreach config check`: it names the line. The old grants stay in force until the file is sound.',
  kafka_away:
    'See whether the brokers run and let us in, and whether the topics are named right: `overreach status` says what they answer.',
  forbidden_agent: 'Ask who runs the gateway of this token whether the agents are its own; if not, revoke the token.',
  agent_flood:
    'Look at the names in `overreach agents`: fold ids of pods or runs together with agents: [{ match, id }]; where nobody knows them, ask who runs the gateway.',
  split_agents: 'Set keyed_by_agent: false for the topic, or have gateways publish under the id of the agent.',
  store_refuses: 'Bring the store back, or make room on its disk: `overreach status` says what it answers.',
  ungoverned_agents: 'Nothing tonight. Write a first policy with `overreach grants suggest --agent AGENT`.',
};

export type OperationalReason = keyof typeof OPERATIONAL_STEPS;
