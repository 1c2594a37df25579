import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { loadConfig } from '../../src/config.ts';
import { createPartition } from '../../src/engine/partition.ts';
import { openStore } from '../../src/stores/sql-store.ts';
import type { Store } from '../../src/stores/store.ts';
import {
  ADMIN_HTTP,
  BEARER,
  type Child,
  createHome,
  ENV,
  type Home,
  post,
  smallCompany,
  startChild,
  writeGrants,
} from '../support/service.ts';

const CONFIG = {
  http: ADMIN_HTTP,
  checkpoint: { every_events: 300 },
};
const PIECE = 60;
const { events, grants } = smallCompany({ agents: 4, days: 16 });

/** Every grant but those whose number leaves this remainder: versions that differ from each other. */
const without = (remainder: number): GrantsFile => ({
  ...grants,
  grants: grants.grants.filter((_, n) => n % 3 !== remainder),
});

describe('grants that change while events flow, under kill -9', () => {
  let home: Home;
  let child: Child | null = null;
  let store: Store;
  const versions = new Set<string>();

  async function reload(): Promise<void> {
    const answer = await fetch(`${child!.url}/v1/grants/reload`, { method: 'POST', headers: BEARER });
    versions.add(((await answer.json()) as { versions: Record<string, string> }).versions.grants!);
  }

  beforeAll(async () => {
    home = await createHome(CONFIG, without(0));
    child = await startChild(home);
    let piece = 0;
    for (let from = 0; from < events.length; from += PIECE, piece += 1) {
      const posted = events.slice(from, from + PIECE);
      if (piece % 5 === 2) {
        await writeGrants(home.folder, without(piece % 3));
        // Into the middle of what is under way: which event is the first under the new grants is nobody's choice.
        await Promise.all([post(child.url, posted), reload()]);
      } else if (piece % 7 === 6) {
        const answer = post(child.url, posted).then(
          () => true,
          () => false,
        );
        await new Promise((resolve) => setImmediate(resolve));
        await child.kill('SIGKILL');
        const acknowledged = await answer;
        child = await startChild(home);
        if (!acknowledged) await post(child.url, posted);
      } else await post(child.url, posted);
    }
    await child.kill('SIGTERM');
    child = null;
    store = await openStore(loadConfig(home.config, ENV).config);
  }, 300_000);

  afterAll(async () => {
    await child?.kill('SIGKILL');
    await store?.close();
    await home?.remove();
  });

  it('changed them, and was killed, often enough to mean something', async () => {
    expect(versions.size).toBeGreaterThan(2);
    expect((await store.adoptions('http/0', 0, 0)).filter(({ kind }) => kind === 'grants').length).toBeGreaterThan(3);
  });

  it('each proof shows what it speaks of', async () => {
    const limits = { maxRows: 10, maxSeconds: 30, maxBytes: 1e8 };
    const { rows } = await store.query('SELECT alert FROM alerts FINAL', {
      ...limits,
      maxRows: 100_000,
      maxBytes: 1e9,
    });
    const proofs = new Map(
      rows.map(({ alert }) => {
        const { alert_id, title, proof } = JSON.parse(String(alert)) as Alert;
        return [alert_id, { title, sql: proof.sql }];
      }),
    );
    expect(proofs.size).toBeGreaterThan(10);
    for (const { title, sql } of proofs.values())
      expect((await store.query(sql, limits)).rows.length, title).toBeGreaterThan(0);
  });

  it('each stored judgement is to the letter what a replay by the journal says', async () => {
    const { book } = createRuleBook({ store, now: Date.now });
    const adoptions = await store.adoptions('http/0', 0, 0);
    let adopted: Record<string, string> = {};
    let rules = await book.rules(adopted);
    const partition = createPartition({ id: 'http/0', engine: rules.engine, dedupeWindow: 200_000, nextOffset: 0 });
    const alerts: Alert[] = [];
    let judged = 0;
    for await (const rows of store.replay({ source: 'http', partition: 0 }, 0))
      for (const { event, judgement } of rows) {
        while (adoptions.length > 0 && adoptions[0]!.fromOffset <= event.position.offset) {
          const { kind, version } = adoptions.shift()!;
          adopted = { ...adopted, [kind]: version };
          rules = await book.rules(adopted);
          partition.govern(rules.engine);
        }
        const { outcome, alerts: told } = partition.fold(event, rules.inputs);
        alerts.push(...told);
        expect(outcome.kind === 'folded' && JSON.stringify(outcome.judgement)).toBe(JSON.stringify(judgement));
        judged += 1;
      }
    expect(judged).toBe(events.length);
    const { rows } = await store.query('SELECT alert FROM alerts FINAL ORDER BY alert_id, revision', {
      maxRows: 100_000,
      maxSeconds: 30,
      maxBytes: 1e9,
    });
    const inOrder = [...alerts].sort((a, b) =>
      a.alert_id < b.alert_id ? -1 : a.alert_id > b.alert_id ? 1 : a.revision - b.revision,
    );
    expect(rows.map(({ alert }) => alert)).toEqual(inOrder.map((alert) => JSON.stringify(alert)));
  });
});
