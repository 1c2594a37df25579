import { counted } from '../../../schemas/counted.ts';
import type { Reject } from '../../../schemas/event.ts';
import { escapeTerminal } from '../../alerts/escape.ts';
import type { EventOutcome } from '../../engine/partition.ts';
import { createLines } from './json-lines.ts';

/** What a scan has seen so far: a line for each event as it is judged, one for each session at the end, and sums. */
interface ScanBook {
  take(outcome: EventOutcome): void;
  refuse(reject: Reject): void;
  drop(records: number): void;
  /** Events judged. */
  readonly events: number;
  readonly sessions: Iterable<SessionLine>;
  /** Nothing came of all that was read. */
  readonly understoodNothing: boolean;
  /** Waits while who reads the lines is behind. */
  ready(): Promise<void>;
  /** Writes what is left. */
  end(): Promise<void>;
  /** For people, in a line. */
  summary(agents: number, alerts: string): string;
}

interface SessionLine {
  session_id: string;
  agent_id: string;
  score: number;
}

/** `judged` and `scores`: files to write to, where they are wanted. */
export function createScanBook({ judged, scores }: { judged?: string; scores?: string }): ScanBook {
  const judgedLines = judged === undefined ? undefined : createLines(judged);
  const scoreLines = scores === undefined ? undefined : createLines(scores);
  const sessions = new Map<string, SessionLine>();
  const rejects = new Map<string, number>();
  const counts = { events: 0, duplicates: 0, rejected: 0, dropped: 0, explained: 0 };
  /** By detector: on how many events it ended with an error, and what the first one said. */
  const failed = new Map<string, { events: number; said: string }>();

  return {
    take(outcome) {
      if (outcome.kind === 'duplicate') {
        counts.duplicates += 1;
        return;
      }
      counts.events += 1;
      counts.explained += outcome.explained;
      for (const what of outcome.failed) {
        const [detector = ''] = what.split(':');
        const known = failed.get(detector);
        if (known === undefined) failed.set(detector, { events: 1, said: what });
        else known.events += 1;
      }
      const { eventId, agentId, judgement, session, sessionScore } = outcome;
      const key = `${agentId}\n${session}`;
      const known = sessions.get(key);
      if (known === undefined) sessions.set(key, { session_id: session, agent_id: agentId, score: sessionScore });
      else if (sessionScore > known.score) known.score = sessionScore;
      judgedLines?.write({
        event_id: eventId,
        class: judgement.class,
        scope: judgement.scope,
        ...(judgement.grantId === '' ? {} : { grant_id: judgement.grantId }),
        score: judgement.score,
        findings: judgement.findings,
      });
    },
    refuse({ reason }) {
      counts.rejected += 1;
      rejects.set(reason, (rejects.get(reason) ?? 0) + 1);
    },
    drop(records) {
      counts.dropped += records;
    },
    get events() {
      return counts.events;
    },
    get sessions() {
      return sessions.values();
    },
    get understoodNothing() {
      return counts.rejected > 0 && counts.events + counts.duplicates + counts.dropped === 0;
    },
    async ready() {
      await Promise.all([judgedLines?.ready(), scoreLines?.ready()]);
    },
    async end() {
      await judgedLines?.end();
      if (scoreLines === undefined) return;
      for (const session of sessions.values()) {
        scoreLines.write(session);
        await scoreLines.ready();
      }
      await scoreLines.end();
    },
    summary(agents, alerts) {
      const why = [...rejects].map(([reason, count]) => `${reason} ${count}`).join(', ');
      return (
        `${counts.events} events of ${agents} agents in ${sessions.size} sessions; ${alerts}; ` +
        `${counts.duplicates} duplicates, ${counts.rejected} rejected${why === '' ? '' : ` (${why})`}, ` +
        `${counts.dropped} no MCP call, ${counts.explained} findings explained${[...failed.values()].map(({ events, said }) => `\nA detector ended with an error on ${counted(events, 'event')} and said nothing of them, please report it: ${escapeTerminal(said)}`).join('')}`
      );
    },
  };
}
