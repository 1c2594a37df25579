import { describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../schemas/alert.ts';
import type { Store } from '../../src/stores/store.ts';
import { alertNumber, alertOf } from '../alerts/support.ts';
import { deliveryOf, NOW, rowsOf } from '../stores/support.ts';
import { nastyAlert } from './channel.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

export function storeAlerts(store: () => Store): void {
  const say = (alert_id: string, verdict: Verdict['verdict'], at: number, expires_at?: string): Promise<void> =>
    store().writeVerdicts([
      {
        alert_id,
        verdict,
        at: iso(at),
        author: 'mia',
        reason: "it's \ud83d",
        ...(expires_at === undefined ? {} : { expires_at }),
      },
    ]);

  describe('alerts', () => {
    it('answers the newest revision as it was written, hostile text and all', async () => {
      const alert = { ...nastyAlert(), alert_id: 'nasty' };
      await store().writeAlerts([{ ...alert, revision: 2, stage: 'update' }, alert]);
      await store().writeAlerts([alert]);
      expect(await store().alert('nasty')).toEqual({ ...alert, revision: 2, stage: 'update' });
      expect(await store().alert('none')).toBeNull();
    });

    it('shows when an alert opened beside when its newest revision occurred', async () => {
      const told = [1, 2, 3].map((revision) =>
        alertNumber(150, { revision, agent: { id: 'opened' }, occurred_at: iso(NOW + revision * 3_600_000) }),
      );
      for (const alert of [told[1]!, told[2]!, told[0]!]) await store().writeAlerts([alert]);
      const sql = "SELECT revision, opened_at, occurred_at FROM v_alerts WHERE agent_id = 'opened' AND revision > 1";
      expect(await rowsOf(store(), sql)).toEqual([
        { revision: 3, opened_at: iso(NOW + 3_600_000), occurred_at: iso(NOW + 3 * 3_600_000) },
      ]);
    });

    it('filters, newest first', async () => {
      const agent = { id: 'filtered' };
      const at = (n: number, over: object = {}) => alertNumber(n, { agent, occurred_at: iso(NOW + n), ...over });
      await store().writeAlerts([at(101), at(103, { severity: 'low' }), at(102, { detector: 'rate' })]);
      const ids = async (filter: object): Promise<number[]> =>
        (await store().alerts({ agent: 'filtered', limit: 10, ...filter })).map(({ alert_id }) =>
          Number.parseInt(alert_id, 16),
        );
      expect(await ids({})).toEqual([103, 102, 101]);
      expect(await ids({ limit: 1 })).toEqual([103]);
      expect(await ids({ detector: 'rate' })).toEqual([102]);
      expect(await ids({ minSeverity: 'high' })).toEqual([102, 101]);
      expect(await ids({ since: NOW + 102 })).toEqual([103, 102]);
      await store().writeAlerts([at(104, { occurred_at: iso(NOW + 103) })]);
      for (const [order, all] of [
        [{}, [103, 104, 102, 101]],
        [{ oldestFirst: true as const }, [101, 102, 103, 104]],
      ] as const) {
        const pages: number[] = [];
        for (let after: { at: number; id: string } | undefined; pages.length < 9; ) {
          const [page] = await store().alerts({ agent: 'filtered', limit: 1, ...order, ...(after && { after }) });
          if (page === undefined) break;
          pages.push(Number.parseInt(page.alert_id, 16));
          after = { at: Date.parse(page.occurred_at), id: page.alert_id };
        }
        expect(pages).toEqual(all);
      }
      expect(await ids({ agent: "' OR 1 = 1 --" })).toEqual([]);
    });

    it('takes their status from verdicts alone, the newest that holds', async () => {
      const alert = alertNumber(200, { status: 'new' });
      await store().writeAlerts([alert]);
      const status = async (): Promise<string | undefined> => (await store().alert(alert.alert_id))?.status;
      expect(await status()).toBe('new');
      await say(alert.alert_id, 'acknowledged', NOW);
      expect(await status()).toBe('acknowledged');
      const of = async (asked: Alert['status']): Promise<string[]> =>
        (await store().alerts({ status: asked, limit: 1_000 })).map(({ alert_id }) => alert_id);
      expect(await of('acknowledged')).toContain(alert.alert_id);
      expect(await of('new')).not.toContain(alert.alert_id);
      await say(alert.alert_id, 'dismissed', NOW + 2, '2999-01-01T00:00:00.000Z');
      await say(alert.alert_id, 'acknowledged', NOW + 1);
      expect(await status()).toBe('resolved');
      await say(alert.alert_id, 'acknowledged', NOW + 3, '2001-01-01T00:00:00.000Z');
      expect(await status(), 'an expired verdict counts no more').toBe('resolved');
      expect(await store().verdicts(alert.alert_id)).toMatchObject([
        { verdict: 'acknowledged', at: iso(NOW), author: 'mia', reason: "it's \ufffd" },
        { verdict: 'acknowledged', at: iso(NOW + 1) },
        { verdict: 'dismissed', expires_at: '2999-01-01T00:00:00.000Z' },
        { verdict: 'acknowledged' },
      ]);
      const [shown] = await rowsOf(
        store(),
        'SELECT status, verdict_by, proof FROM v_alerts WHERE alert_id = {id:String}',
        {
          id: alert.alert_id,
        },
      );
      expect(shown).toMatchObject({ status: 'resolved', verdict_by: 'mia' });
      expect(JSON.parse(shown!.proof as string)).toEqual(alert.proof);
    });
  });

  describe('deliveries', () => {
    it('answers how each delivery stands: its newest row', async () => {
      const alertId = 'd'.repeat(32);
      const row = (over: object) => deliveryOf('d-1', { alertId, ...over });
      await store().writeDeliveries([row({ at: NOW + 1, state: 'failed', attempt: 1, status: 503, detail: 'busy' })]);
      await store().writeDeliveries([row({ at: NOW + 2, state: 'delivered', attempt: 1, status: 200 })]);
      await store().writeDeliveries([row({})]);
      await store().writeDeliveries([deliveryOf('d-2', { alertId, channel: 'pager', at: NOW + 9 })]);
      const expected = [
        row({ at: NOW + 2, state: 'delivered', attempt: 1, status: 200 }),
        deliveryOf('d-2', { alertId, channel: 'pager', at: NOW + 9 }),
      ];
      expect(await store().deliveries(alertId)).toEqual(expected);
      expect(await store().deliveries([alertId, 'other'])).toEqual(expected);
      expect(await store().deliveries([])).toEqual([]);
    });

    it('finds what is to be sent, the oldest first, held ones last', async () => {
      const channel = 'queue';
      const alert = alertNumber(300, { revision: 1 });
      const later = { ...alert, revision: 2 };
      await store().writeAlerts([alert, later, alertOf()]);
      const row = (id: string, over: object = {}) => deliveryOf(id, { alertId: alert.alert_id, channel, ...over });
      const rows = [
        row('new', { at: NOW + 5 }),
        row('held', { at: NOW, nextAttemptAt: NOW + 60_000 }),
        row('tried', { at: NOW + 9, attempt: 2, state: 'failed', nextAttemptAt: NOW + 99, revision: 2 }),
        row('old', { at: NOW + 1 }),
      ];
      // Tried last week, put back, and tried again.
      const before = [NOW - 9_000_000, NOW + 7].map((at) =>
        row('tried', { at, attempt: 1, state: 'failed', revision: 2 }),
      );
      await store().writeDeliveries([...before, ...rows, row('done'), row('lost')]);
      await store().writeDeliveries([
        row('done', { at: NOW + 1, state: 'delivered' }),
        row('lost', { at: NOW + 1, state: 'given_up' }),
      ]);
      const waiting = await store().undelivered({ channel });
      expect(waiting.map(({ delivery }) => delivery.deliveryId)).toEqual(['tried', 'old', 'new', 'held']);
      expect(waiting[0]).toEqual({ delivery: rows[2], alert: later, failingSince: NOW + 7 });
      expect(waiting[1]).toMatchObject({ failingSince: 0 });
      expect((await store().undelivered({ channel, limit: 2 })).map(({ delivery }) => delivery.deliveryId)).toEqual([
        'tried',
        'old',
      ]);
      expect((await store().undelivered()).length).toBeGreaterThanOrEqual(4);
      expect(await store().undelivered({ channel: 'none' })).toEqual([]);
    });
  });
}
