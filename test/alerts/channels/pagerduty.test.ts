import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SEVERITIES } from '../../../schemas/alert.ts';
import { pagerduty, pagerdutyEvent } from '../../../src/alerts/channels/pagerduty.ts';
import { channelContract, hugeAlert, nastyAlert } from '../../contracts/channel.ts';
import { alertOf, guard, receiver } from '../support.ts';

const KEY = 'R'.repeat(32);

/** What Events API v2 requires and limits. */
const event = z.object({
  routing_key: z.string().length(32),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  payload: z.object({
    summary: z.string().min(1).max(1024),
    source: z.string().min(1),
    severity: z.enum(['critical', 'error', 'warning', 'info']),
    timestamp: z.iso.datetime(),
    custom_details: z.record(z.string(), z.unknown()),
  }),
});

describe('pagerduty', () => {
  channelContract(async () => {
    const server = await receiver((request, response) => {
      const valid = event.safeParse(JSON.parse(request.body)).success && request.body.length < 512 * 1024;
      response.writeHead(valid ? 202 : 400).end('{"status":"success"}');
    });
    const channel = pagerduty({ name: 'pager', url: server.url, routingKey: KEY, guard });
    return {
      channel,
      arrived: () => server.received.map(({ body }) => body),
      breakDown: () => server.close(),
      close: () => server.close().catch(() => {}),
    };
  });

  it('triggers, folds revisions into one incident, and resolves it at the end', () => {
    const stages = [
      alertOf(),
      alertOf({ stage: 'update', revision: 2 }),
      alertOf({ stage: 'close', revision: 3 }),
      alertOf({ status: 'resolved' }),
      alertOf({ status: 'acknowledged', stage: 'update' }),
    ];
    expect(stages.map((alert) => pagerdutyEvent(alert, KEY).event_action)).toEqual([
      'trigger',
      'trigger',
      'resolve',
      'resolve',
      'acknowledge',
    ]);
    expect(new Set(stages.map((alert) => pagerdutyEvent(alert, KEY).dedup_key))).toEqual(new Set([alertOf().alert_id]));
  });

  it('has no links but those that were meant', () => {
    const { payload } = pagerdutyEvent(alertOf({ title: 'see https://evil.example/x', server: 'http://evil' }), KEY);
    const link = 'https://overreach.example/#alert=a1';
    expect(pagerdutyEvent(alertOf(), KEY, { link })).toMatchObject({ client_url: link, links: [{ href: link }] });
    expect(payload.summary).toBe('see https[://]evil.example/x');
    expect(JSON.stringify(payload)).not.toContain('://evil');
  });

  it('maps every severity', () => {
    expect(SEVERITIES.map((severity) => pagerdutyEvent(alertOf({ severity }), KEY).payload.severity)).toEqual([
      'info',
      'info',
      'warning',
      'error',
      'critical',
    ]);
  });

  it.each([alertOf(), nastyAlert(), hugeAlert()])('has the shape of the API, alert %#', (alert) => {
    expect(event.safeParse(pagerdutyEvent(alert, KEY)).error).toBeUndefined();
  });
});
