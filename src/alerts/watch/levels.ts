import type { OperationalConfig } from '../../../schemas/config/watch.ts';
import { MINUTE } from '../../../schemas/durations.ts';
import { lagging, reconcileDifference, rejectStorm } from '../operational.ts';
import type { OperationalReason } from '../operational-steps.ts';
import type { LaneStatus } from '../ports.ts';
import type { createCrowds } from './crowds.ts';
import type { createGateways } from './gateways.ts';
import { overstepping } from './overstepped.ts';
import type { createRefusals } from './refusals.ts';
import type { Trouble } from './troubles.ts';
import { agentFlood, channelFailing, checkpointOld, clockSkew, diskLow, grantsBroken, kafkaAway } from './words.ts';

/** How the parts stand at a moment. Times in epoch milliseconds. */
export interface Vitals {
  lags: { partition: string; records: number }[];
  /** `behind`: events were folded after it. */
  checkpoints: readonly { partition: string; savedAt: number; behind: boolean }[];
  disk: { path: string; freeBytes: number } | null;
  /** Partitions of which not all that was counted is stored, or more than that. */
  differences: readonly {
    partition: string;
    folded: number;
    rejected: number;
    stored: number;
    missing: number;
    since: number;
  }[];
  /** What is wrong with the grants files, or ''. */
  grants: string;
  /** Why Kafka is not read, or not whole, or takes nothing; '' where it is well. */
  kafka: string;
  channels: Pick<LaneStatus, 'channel' | 'disabled' | 'deliveredAt' | 'failures' | 'failingSince'>[];
  /** Since when the store takes no rows; null where it does. */
  storeRefusesSince: number | null;
  /** Why we cannot hear everybody now, or ''. */
  deaf: string;
}

interface Levels {
  config: OperationalConfig;
  vitals: Vitals;
  gateways: Pick<ReturnType<typeof createGateways>, 'skews'>;
  refusals: Pick<ReturnType<typeof createRefusals>, 'storms' | 'oversteppings' | 'overstepping'>;
  crowds: Pick<ReturnType<typeof createCrowds>, 'crowds'>;
}

/** Reasons of the troubles that are a level passed. */
export const LEVELS: readonly OperationalReason[] = [
  'lag',
  'reject_storm',
  'disk_low',
  'clock_skew',
  'checkpoint_old',
  'forbidden_agent',
  'grants_broken',
  'kafka_away',
  'channel_failing',
  'reconcile_difference',
  'agent_flood',
];

const MIB = 1_048_576;
/** Far longer than a checkpoint takes to be due and saved. */
const SAVED_WITHIN_MS = 5 * MINUTE;

/** Every level that is passed now. */
export function standingLevels(levels: Levels, at: number): Trouble[] {
  return [late, refused, noRoom, skewed, unsaved, overstepping, broken, away, failing, unequal, crowded].flatMap(
    (rule) => rule(levels, at),
  );
}

const late = ({ config, vitals }: Levels, at: number): Trouble[] =>
  vitals.lags
    .filter(({ records }) => records > config.lag_records)
    .map(({ partition, records }) => ({
      reason: 'lag',
      subject: partition,
      lastsMs: config.lag_minutes * MINUTE,
      alert: (since) => lagging(partition, records, config.lag_records, since, at),
    }));

const refused = ({ config, refusals }: Levels, at: number): Trouble[] =>
  refusals.storms(at).map(({ source, total, rejected, reason }) => ({
    reason: 'reject_storm',
    subject: source,
    since: at - config.reject_minutes * MINUTE,
    alert: (since) => rejectStorm(source, rejected, total, reason, since, at),
  }));

function noRoom({ config, vitals: { disk } }: Levels, at: number): Trouble[] {
  const least = config.disk_free_mb * MIB;
  if (disk === null || disk.freeBytes >= least) return [];
  const { path, freeBytes } = disk;
  return [{ reason: 'disk_low', subject: path, alert: (since) => diskLow(path, freeBytes, least, since, at) }];
}

function skewed({ config, gateways }: Levels, at: number): Trouble[] {
  const most = config.clock_skew_minutes * MINUTE;
  return gateways
    .skews()
    .filter(({ skewMs }) => Math.abs(skewMs) > most)
    .map(({ gateway, skewMs }) => ({
      reason: 'clock_skew',
      subject: gateway,
      alert: (since) => clockSkew(gateway, skewMs, most, since, at),
    }));
}

function unsaved({ config, vitals }: Levels, at: number): Trouble[] {
  const most = config.checkpoint_minutes * MINUTE;
  return vitals.checkpoints
    .filter(({ savedAt, behind }) => behind && at - savedAt > most)
    .map(({ partition, savedAt }) => ({
      reason: 'checkpoint_old',
      subject: partition,
      since: savedAt,
      // After a quiet time the first events find an old checkpoint: a new one must be given its time.
      lastsMs: Math.min(most, SAVED_WITHIN_MS),
      alert: () => checkpointOld(partition, savedAt, most, at),
    }));
}

const broken = ({ vitals: { grants } }: Levels, at: number): Trouble[] =>
  grants === ''
    ? []
    : [{ reason: 'grants_broken', subject: 'grants', alert: (since) => grantsBroken(grants, since, at) }];

const away = ({ config, vitals: { kafka } }: Levels, at: number): Trouble[] =>
  kafka === ''
    ? []
    : [
        {
          reason: 'kafka_away',
          subject: 'kafka',
          lastsMs: config.lag_minutes * MINUTE,
          alert: (since) => kafkaAway(kafka, since, at),
        },
      ];

/** Over once it takes something: what is switched off for it does not. */
const failing = ({ config, vitals: { channels } }: Levels, at: number): Trouble[] =>
  channels
    .filter(({ failingSince: since }) => since > 0 && at - since >= config.channel_minutes * MINUTE)
    .map(({ channel, failures, failingSince: since }) => ({
      reason: 'channel_failing',
      subject: channel,
      since,
      alert: () => channelFailing(channel, failures, since, at),
    }));

const unequal = ({ vitals: { differences } }: Levels, at: number): Trouble[] =>
  differences.map(({ partition, folded, rejected, missing, since }) => {
    const counted = folded + rejected;
    return {
      reason: 'reconcile_difference',
      subject: partition,
      since,
      alert: () => reconcileDifference(partition, counted, counted - missing, since, at),
    };
  });

const crowded = ({ config, crowds }: Levels, at: number): Trouble[] =>
  crowds.crowds(at).map((one) => ({
    reason: 'agent_flood',
    subject: one.gateway,
    since: one.since,
    alert: (since) => agentFlood(one, config.agents_hourly, since, at),
  }));
