import { ask } from './ask.js';
import { amount, el, none, plain, settle, time } from './dom.js';
import { table as plainTable, scroll } from './table.js';

/** Shows how it stands, and says it in a line. */
export async function status() {
  const now = await ask('/v1/status');
  const alerts = Object.values(now.alerts).reduce((sum, count) => sum + count, 0);
  settle(
    'tiles',
    tile('events in the record', now.events.stored),
    tile('taken since it started', now.events.accepted),
    tile('rejected since', now.events.rejected),
    tile('alerts, 24 h', alerts),
    tile('agents', now.agents.known),
    tile('of them learning', now.agents.learning),
    tile(
      'checkpoint, s behind',
      now.checkpoint_age_seconds === undefined ? 'none' : Math.round(now.checkpoint_age_seconds),
    ),
  );
  settle(
    'status-tables',
    table(
      ['source', 'partitions', 'next offset', 'lag', 'last seen'],
      now.sources.map((source) => [
        source.name,
        source.partitions,
        source.next_offset,
        source.lag ?? '',
        source.last_seen ? time(source.last_seen) : 'never',
      ]),
    ),
    now.deliveries.length > 0
      ? table(
          ['channel', 'waiting', 'state'],
          now.deliveries.map((one) => [
            one.channel,
            one.waiting,
            one.failing ? `failing: ${one.detail ?? ''}` : 'well',
          ]),
        )
      : none('No channels are configured.'),
    Object.keys(now.rejects).length > 0
      ? table(['rejected because', 'records'], Object.entries(now.rejects))
      : none('Nothing was rejected.'),
    ...now.warnings.map((warning) => el('p', { className: 'card medium' }, plain(warning))),
  );
  const text = now.ready ? `ready, version ${now.version}` : `not ready: ${now.not_ready ?? ''}`;
  return { text: plain(text), isWell: now.ready };
}

const tile = (label, value) =>
  el('div', { className: 'tile' }, el('b', {}, amount(value)), el('span', { className: 'soft' }, label));

const table = (...about) => scroll(plainTable(...about));
