import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Alert, Verdict } from '../schemas/alert.ts';
import type { GivenVerdict } from '../schemas/api.ts';
import type { NativeEvent } from '../schemas/event.ts';
import { type GrantsFile, grantsFileSchema } from '../schemas/grant.ts';
import { createRuleBook } from '../src/commands/support/rule-book.ts';
import { loadConfig } from '../src/config.ts';
import { createDecoder } from '../src/decode/decode.ts';
import { decoderOptions } from '../src/decode/options.ts';
import type { AgentState } from '../src/engine/agent-state.ts';
import { createPartition } from '../src/engine/partition.ts';
import { compileRules } from '../src/engine/rules.ts';
import { createHasher } from '../src/hash.ts';
import { takeOver } from '../src/pipeline/partitions.ts';
import { readJsonl } from '../src/sources/jsonl.ts';
import { openStore } from '../src/stores/sql-store.ts';
import { difference } from './support/difference.ts';
import { jsonLines } from './support/json-lines.ts';
import {
  ADMIN_HTTP,
  BEARER,
  createHome,
  ENV,
  type Home,
  leftIn,
  post,
  smallCompany,
  startHere,
  writeGrants,
} from './support/service.ts';

/** One run's outcome: every revision of every alert, and every agent's state as text. */
interface Outcome {
  alerts: Alert[];
  states: Map<string, string>;
}

const outcomeOf = (alerts: readonly Alert[], agents: Iterable<[string, AgentState]>): Outcome => ({
  alerts: [...alerts].sort((a, b) =>
    a.alert_id < b.alert_id ? -1 : a.alert_id > b.alert_id ? 1 : a.revision - b.revision,
  ),
  states: new Map([...agents].map(([id, agent]): [string, string] => [id, JSON.stringify(agent)]).sort()),
});

/** As `scan` does it: decode and fold, no store. */
async function scanned({ config: file }: Home, events: readonly NativeEvent[], grants: GrantsFile): Promise<Outcome> {
  const { config } = loadConfig(file, ENV);
  const { engine, inputs } = compileRules({ detectors: config.detectors, grants: { file: grants, earlier: [] } });
  const partition = createPartition({ id: 'file/0', engine, dedupeWindow: 200_000, nextOffset: 0 });
  const decode = createDecoder(decoderOptions(config, createHasher(Buffer.from(ENV.OVERREACH_HASH_KEY))));
  const alerts: Alert[] = [];
  const input = Readable.from(events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`)));
  for await (const batch of readJsonl({ input, instance: 'stdin' }))
    for (const { offset, items } of decode(batch)) {
      for (const item of items) if (item.kind === 'event') alerts.push(...partition.fold(item.event, inputs).alerts);
      partition.pass(offset);
    }
  return outcomeOf(alerts, partition.agents);
}

async function posted(home: Home, events: readonly NativeEvent[]): Promise<void> {
  const service = await startHere(home);
  for (let from = 0; from < events.length; from += 997) await post(service.url, events.slice(from, from + 997));
  await service.stop();
}

/** What the stored checkpoint says, without the row of the partition itself. */
async function stored(home: Home): Promise<Outcome> {
  const { alerts, states } = await leftIn(home);
  states.delete('');
  return { alerts, states };
}

/** The stored events folded anew from the first, under the inputs as they were adopted: no checkpoint is read. */
async function replayed({ config: file }: Home): Promise<Outcome> {
  const { config } = loadConfig(file, ENV);
  const store = await openStore(config);
  try {
    const alerts: Alert[] = [];
    const { held } = await takeOver(
      { source: 'http', partition: 0, generation: 1, seek: () => {} },
      {
        store: { ...store, newestManifest: () => Promise.resolve(null) },
        book: createRuleBook({ store, now: Date.now }).book,
        dedupeWindow: config.checkpoint.dedupe_window,
        storeIsLog: true,
        now: Date.now,
        async refolded(_, told) {
          alerts.push(...told);
        },
      },
    );
    return outcomeOf(alerts, held.partition.agents);
  } finally {
    await store.close();
  }
}

function expectSame(got: Outcome, wanted: Outcome): void {
  expect([...got.states.keys()]).toEqual([...wanted.states.keys()]);
  for (const [agent, state] of wanted.states) expect(difference(state, got.states.get(agent)), agent).toBe('');
  expect(got.alerts).toEqual(wanted.alerts);
}

const CORPUS = new URL('../../shared/corpus/agentdyn-dev/', import.meta.url).pathname;
const hasCorpus = existsSync(CORPUS);

/** Traces that nobody on the project made, the first of them and the last, under the grants that come with them. */
function corpus(): { events: NativeEvent[]; grants: GrantsFile } {
  const all = jsonLines<NativeEvent>(gunzipSync(readFileSync(`${CORPUS}events.jsonl.gz`)).toString('utf8'));
  const { grants, ...rest } = grantsFileSchema.parse(parse(readFileSync(`${CORPUS}grants.yaml`, 'utf8')));
  const dated = grants.map((grant) => ({ ...grant, valid_from: '2026-01-01T00:00:00.000Z' }));
  return { events: [...all.slice(0, 2_000), ...all.slice(-2_000)], grants: { ...rest, grants: dated } };
}

/** Says so of the newest alerts of a detector. */
async function judge(url: string, detector: string, verdict: Verdict['verdict'], limit: number): Promise<void> {
  const answer = await fetch(`${url}/v1/alerts?detector=${detector}&limit=${limit}`, { headers: BEARER });
  const { alerts } = (await answer.json()) as { alerts: Alert[] };
  expect(alerts.length).toBeGreaterThan(0);
  for (const { alert_id } of alerts) {
    const headers = { ...BEARER, 'content-type': 'application/json' };
    const body = JSON.stringify({ verdict, reason: 'said in mid-stream' });
    expect((await fetch(`${url}/v1/alerts/${alert_id}/verdict`, { method: 'POST', headers, body })).status).toBe(200);
  }
}

const CONFIG = { http: ADMIN_HTTP };

describe.each([
  { name: 'a small company', load: smallCompany, there: true },
  { name: "others' traces", load: corpus, there: hasCorpus },
])('scan, posts and replay agree on $name', ({ load, there }) => {
  let home: Home;
  let wanted: Outcome;

  beforeAll(async () => {
    if (!there) return;
    const { events, grants } = load();
    home = await createHome(CONFIG, grants);
    wanted = await scanned(home, events, grants);
    await posted(home, events);
  }, 240_000);
  afterAll(() => home?.remove());

  it.skipIf(!there)('posted, as scanned', async () => {
    expect(wanted.alerts.length).toBeGreaterThan(10);
    expectSame(await stored(home), wanted);
  });

  it.skipIf(!there)('replayed from the store, as scanned', async () => {
    expectSame(await replayed(home), wanted);
  });
});

describe('a replay as lived', () => {
  let home: Home;
  afterAll(() => home?.remove());

  it('follows grants and verdicts that changed in mid-stream, and a restart', async () => {
    const { events, grants } = smallCompany();
    const third = Math.floor(events.length / 3);
    const narrower = { ...grants, grants: grants.grants.filter((_, n) => n % 2 === 0) };
    home = await createHome(CONFIG, narrower);
    const first = await startHere(home);
    await post(first.url, events.slice(0, third));
    await writeGrants(home.folder, grants);
    const reload = await fetch(`${first.url}/v1/grants/reload`, { method: 'POST', headers: BEARER });
    expect(await reload.json()).toMatchObject({ changed: ['grants'] });
    await judge(first.url, 'out-of-scope', 'safe', 12);
    await post(first.url, events.slice(third, 2 * third));
    await first.stop();
    const second = await startHere(home);
    await judge(second.url, 'credential-hygiene', 'safe', 10);
    await judge(second.url, 'secret-reach', 'compromised', 4);
    await post(second.url, events.slice(2 * third));
    const said = await (await fetch(`${second.url}/v1/verdicts?limit=1000`, { headers: BEARER })).json();
    const hidden = (said as { verdicts: GivenVerdict[] }).verdicts.filter((one) => one.hidden > 0);
    expect(hidden.length).toBeGreaterThan(0);
    await second.stop();
    const lived = await stored(home);
    expect(lived.alerts).not.toEqual((await scanned(home, events, grants)).alerts);
    expectSame(await replayed(home), lived);
  }, 240_000);
});
