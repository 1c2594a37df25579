import { describe, expect, it } from 'vitest';
import type { JudgedEvent, Store } from '../../src/stores/store.ts';
import { judged, NOW, rowsOf } from '../stores/support.ts';

export function storeViews(store: () => Store): void {
  describe('views', () => {
    it('tell of agents, scope, connections, delegations and secrets', async () => {
      const at = { source: 'views', partition: 0 };
      const agent = { id: 'viewed', id_basis: 'subject', name: 'viewers' } as const;
      const row = (offset: number, over: Parameters<typeof judged>[1] = {}): JudgedEvent =>
        judged(offset, { ...at, key: key(at, offset), ...over, body: { agent, ...over?.body } });
      await store().writeEvents(
        store().pack([
          row(0),
          row(1, { judgement: { scope: 'out', scopeWhy: 'no grant', grantId: '', class: 'write' } }),
          row(2, { body: { outcome: { status: 'denied' }, server: { id: 'vault' } }, judgement: { class: 'secret' } }),
          row(3, { body: { delegation: [{ sub: 'app:desk' }, { iss: 'idp', sub: 'mia' }] } }),
        ]),
      );
      // Refused by its decision alone, which is all that some gateways tell.
      await store().writeEvents(
        store().pack([
          judged(4, {
            ...at,
            key: key(at, 4),
            body: { agent: { id: 'decided', id_basis: 'subject' }, decision: { effect: 'deny' } },
          }),
        ]),
      );
      for (const view of ['v_agents', 'v_connections'])
        expect(await rowsOf(store(), `SELECT calls, denied FROM ${view} WHERE agent_id = 'decided'`)).toEqual([
          { calls: 1, denied: 1 },
        ]);
      const [seen] = await rowsOf(store(), "SELECT * FROM v_agents WHERE agent_id = 'viewed'");
      expect(seen).toMatchObject({
        agent_name: 'viewers',
        first_seen: new Date(NOW).toISOString(),
        calls: 4,
        sessions: 4,
        classes: ['read', 'write', 'secret'],
        servers: ['tickets', 'vault'],
        out_of_scope: 1,
        denied_share: 0.25,
      });
      const about = async (view: string) => await rowsOf(store(), `SELECT * FROM ${view} WHERE agent_id = 'viewed'`);
      expect(await about('v_scope')).toMatchObject([{ scope_why: 'no grant', class: 'write' }]);
      expect(await about('v_secret_access')).toMatchObject([{ server_id: 'vault', outcome_status: 'denied' }]);
      expect(await about('v_delegations')).toMatchObject([{ delegation: ['app:desk', 'mia'], calls: 1 }]);
      expect(
        await rowsOf(
          store(),
          "SELECT server_id, calls, gateways FROM v_connections WHERE agent_id = 'viewed' ORDER BY calls",
        ),
      ).toEqual([
        { server_id: 'vault', calls: 1, gateways: ['native/gw-1'] },
        { server_id: 'tickets', calls: 3, gateways: ['native/gw-1'] },
      ]);
      const [event] = await rowsOf(
        store(),
        "SELECT event_id, event_key, findings, args, arg_hashes FROM v_events WHERE agent_id = 'viewed' LIMIT 1",
      );
      expect(event).toEqual({
        event_id: key(at, 0),
        event_key: key(at, 0),
        findings: { rate: 1.25 },
        args: '{"ticket":0}',
        arg_hashes: ['0123456789abcdef'],
      });
    });

    it('tell of what one agent read and another acted on under the same root', async () => {
      const at = { source: 'views', partition: 2 };
      const page = { type: 'tool', name: 'fetch_page' } as const;
      const pay = { type: 'tool', name: 'pay' } as const;
      const task = { id: 'release/7' };
      const say = (offset: number, agent: string, over: Parameters<typeof judged>[1]): JudgedEvent =>
        judged(offset, {
          ...at,
          key: key(at, offset),
          ...over,
          body: { agent: { id: agent, id_basis: 'subject' }, ...over?.body },
        });
      const write = { class: 'write' } as const;
      await store().writeEvents(
        store().pack([
          // The parent reads twice; its child pays for it, the other child for somebody else.
          say(0, 'parent', { body: { target: page, task, user: { id: 'mia' } } }),
          say(1, 'parent', { body: { target: page, task, user: { id: 'mia' } } }),
          say(2, 'child', {
            body: { target: pay, task, delegation: [{ sub: 'child' }, { sub: 'parent' }, { sub: 'mia' }] },
            judgement: write,
          }),
          say(3, 'child', {
            body: { target: pay, task, delegation: [{ sub: 'parent' }, { sub: 'tom' }] },
            judgement: write,
          }),
          say(4, 'parent', { body: { target: pay, task, user: { id: 'mia' } }, judgement: write }),
          // Nobody is named: the origin is the parent itself. A secret, and content that came too late.
          say(5, 'parent', {
            body: { target: { type: 'tool', name: 'get_key' }, task: { id: 't2' } },
            judgement: { class: 'secret' },
          }),
          say(6, 'child', {
            body: { target: pay, task: { id: 't2' }, delegation: [{ sub: 'parent' }] },
            judgement: write,
          }),
          say(7, 'parent', { body: { target: page, task: { id: 't2' } } }),
          // A trace joins where there is no task; an account behind everything does not.
          say(8, 'reader', { body: { target: page, trace_id: 'abc', user: { id: 'platform' } } }),
          say(9, 'actor', { body: { target: pay, trace_id: 'abc', user: { id: 'platform' } }, judgement: write }),
          say(10, 'actor', { body: { target: pay, user: { id: 'platform' } }, judgement: write }),
          // Refused, and a day later.
          say(11, 'reader', { body: { target: page, trace_id: 'def', outcome: { status: 'denied' } } }),
          say(12, 'actor', { body: { target: pay, trace_id: 'def' }, judgement: write }),
          say(13, 'reader', { body: { target: page, trace_id: 'ghi' } }),
          say(14, 'actor', {
            occurredAt: NOW + 25 * 3_600_000,
            body: { target: pay, trace_id: 'ghi' },
            judgement: write,
          }),
          // The gateway let it in: what the server then said of it hides nothing.
          say(15, 'reader', {
            body: { target: page, trace_id: 'jkl', outcome: { status: 'denied' }, decision: { effect: 'allow' } },
          }),
          say(16, 'actor', { body: { target: pay, trace_id: 'jkl' }, judgement: write }),
        ]),
      );
      const flows = await rowsOf(
        store(),
        "SELECT root, kind, read_by, read_target, read_event_key, agent_id, event_key FROM v_flows WHERE agent_id IN ('child', 'actor', 'parent') ORDER BY occurred_at",
      );
      const flow = (root: string, kind: string, read: [string, string, number], acted: [string, number]) => ({
        root,
        kind,
        read_by: read[0],
        read_target: read[1],
        read_event_key: key(at, read[2]),
        agent_id: acted[0],
        event_key: key(at, acted[1]),
      });
      expect(flows).toEqual([
        flow('task release/7 of mia', 'content', ['parent', 'fetch_page', 1], ['child', 2]),
        flow('task t2 of parent', 'secret', ['parent', 'get_key', 5], ['child', 6]),
        flow('trace abc', 'content', ['reader', 'fetch_page', 8], ['actor', 9]),
        flow('trace jkl', 'content', ['reader', 'fetch_page', 15], ['actor', 16]),
      ]);
    });

    it('tell of grants, and of those that no call needed', async () => {
      const content = JSON.stringify({
        grants: [
          { id: 'used', agents: ['viewed'], servers: ['tickets'], max_class: 'read' },
          { id: "it's idle", effect: 'allow', agents: [{ regex: '^x' }] },
          { id: 'no', effect: 'deny', agents: ['*'] },
          { id: 'perhaps', agents: ['*'], args: { repo: ['acme/*'] } },
        ],
      });
      await store().writeInput({ kind: 'grants', version: 'viewed', content, loadedAt: NOW + 3_600_000 });
      const at = { source: 'views', partition: 1 };
      await store().writeEvents(
        store().pack([
          judged(0, { ...at, key: key(at, 0), judgement: { scope: 'in', grantId: 'used' } }),
          // Nobody can say: its gateway logs no arguments. To take the grant away may stop it.
          judged(1, { ...at, key: key(at, 1), judgement: { scope: 'maybe', grantId: 'perhaps' } }),
        ]),
      );
      expect(await rowsOf(store(), 'SELECT grant_id, effect, agents FROM grants ORDER BY grant_id')).toEqual([
        { grant_id: "it's idle", effect: 'allow', agents: ['{"regex":"^x"}'] },
        { grant_id: 'no', effect: 'deny', agents: ['*'] },
        { grant_id: 'perhaps', effect: 'allow', agents: ['*'] },
        { grant_id: 'used', effect: 'allow', agents: ['viewed'] },
      ]);
      expect(await rowsOf(store(), 'SELECT grant_id FROM v_grants_unused')).toEqual([{ grant_id: "it's idle" }]);
    });

    it('tell of grants that were put back as of those in force', async () => {
      const load = (version: string, loadedAt: number): Promise<void> => {
        const content = JSON.stringify({ grants: [{ id: version, agents: ['*'] }] });
        return store().writeInput({ kind: 'grants', version, content, loadedAt });
      };
      const shown = () => rowsOf(store(), 'SELECT grant_id FROM grants');
      const soon = Date.now() - 1_000;
      await load('first', soon - 2_000);
      await load('second', soon);
      expect(await shown()).toEqual([{ grant_id: 'second' }]);
      await store().writeAdoption({ partition: 'views/0', kind: 'grants', version: 'first', fromOffset: 9, epoch: 0 });
      expect(await shown()).toEqual([{ grant_id: 'first' }]);
    });
  });
}

const key = ({ partition }: { partition: number }, n: number): string => `v${partition}x${n}`.padEnd(32, 'f');
