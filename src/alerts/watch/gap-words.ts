import type { Alert } from '../../../schemas/alert.ts';
import { literal } from '../../../schemas/sql-literal.ts';
import type { Gap } from '../../stores/store.ts';
import { operational } from '../operational.ts';

/** What happened to a log between two looks at it: records that are gone, another log of the same name, more partitions. */
export function logGap(gap: Gap, at: number): Alert {
  const { kind, source, partition, fromOffset } = gap;
  return operational({
    subject: `${source}/${partition}@${fromOffset}`,
    since: fromOffset,
    at,
    sql: `SELECT kind, from_at, to_at, from_offset, to_offset, detail FROM v_gaps WHERE source = ${literal(source)} ORDER BY from_at DESC`,
    ...(kind === 'grown' ? grown(gap) : kind === 'remade' ? remade(gap) : kind === 'cut' ? cut(gap) : lost(gap)),
  });
}

type Said = Pick<Parameters<typeof operational>[0], 'reason' | 'severity' | 'title' | 'summary' | 'seen' | 'expected'>;

function lost({ source, partition, fromOffset, toOffset }: Gap): Said {
  const place = `${source}/${partition}`;
  return {
    reason: 'records_lost',
    severity: 'critical',
    title: `Records of ${place} were lost`,
    summary: `The log no longer held offsets ${fromOffset} to ${toOffset} of ${place} when they were to be read: its retention had passed them. What agents did in them is not known.`,
    seen: `offsets ${fromOffset} to ${toOffset} are gone`,
    expected: 'every record read before its retention ends',
  };
}

function remade({ source, partition, fromOffset }: Gap): Said {
  const place = `${source}/${partition}`;
  return {
    reason: 'log_remade',
    severity: 'critical',
    title: `The log of ${place} is another one`,
    summary: `The topic was deleted and made anew. The new log is read from its beginning; what the old one held from offset ${fromOffset} on was never read, and nobody can say how much that was.`,
    seen: `another record where offset ${fromOffset} was reached`,
    expected: 'the log that was read before',
  };
}

function cut({ source, partition, fromOffset, toOffset }: Gap): Said {
  const place = `${source}/${partition}`;
  return {
    reason: 'log_cut',
    severity: 'critical',
    title: `The log of ${place} lost its end`,
    summary: `Somewhere from offset ${fromOffset} on, the log no longer holds the records that were read of it, up to ${toOffset}: a broker lost what it had taken, as in a power cut or an unclean leader election. What was read stays in the record, and what the log holds is read on from there; records behind them that were not yet read are lost, and nobody can say how many.`,
    seen: `another record, or none, where offset ${toOffset} was read`,
    expected: 'the record that was read there',
  };
}

function grown({ source, fromOffset, toOffset }: Gap): Said {
  return {
    reason: 'partitions_grown',
    severity: 'high',
    title: `${source} has more partitions than before`,
    summary: `The topic grew from ${fromOffset} to ${toOffset + 1} partitions. Keys go elsewhere now: an agent that changed partition is learned anew there, and what it was used to does not count. A topic that is not said to be keyed by agent is re-keyed by Overreach, and may grow.`,
    seen: `${toOffset + 1} partitions`,
    expected: `${fromOffset}`,
  };
}
