import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';

function lines() {
  const written: string[] = [];
  const destination = new Writable({ write: (line, _encoding, done) => done(void written.push(String(line))) });
  return { log: createLog('debug', destination), written };
}

describe('the log', () => {
  it('is one JSON object a line, with level and time as words', () => {
    const { log, written } = lines();
    log.info({ channel: 'soc', attempt: 2 }, 'delivered');
    expect(JSON.parse(written[0]!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      channel: 'soc',
      attempt: 2,
      msg: 'delivered',
    });
  });

  it('writes no secret and no argument, at whatever place they are named', () => {
    const { log, written } = lines();
    const hidden = 'hunter2-hunter2';
    log.info({ token: hidden, authorization: hidden, sql: hidden, args: { a: hidden }, raw: hidden }, 'x');
    log.info(
      { event: { args: { to: hidden }, result: hidden }, headers: { authorization: hidden, cookie: hidden } },
      'x',
    );
    log.info({ deep: { record: { value: hidden, body: hidden, password: hidden } } }, 'x');
    log.child({ secret: hidden }).warn({ config: { http: { secret: hidden } } }, 'x');
    log.error({ req: { method: 'GET', url: `/v1/alerts?agent=${hidden}`, headers: { authorization: hidden } } }, 'x');
    expect(written.join('')).not.toContain(hidden);
    expect(written.join('')).toContain('"path":"/v1/alerts"');
  });

  it('errors keep type, code and frames; a long message is cut, and what hangs on them is left out', () => {
    const { log, written } = lines();
    const error = Object.assign(new TypeError(`bad ${'x'.repeat(5000)}`), { code: 'E1', request: { body: 'hunter2' } });
    log.error({ err: error }, 'failed');
    const { err } = JSON.parse(written[0]!);
    expect(Object.keys(err)).toEqual(['type', 'message', 'code', 'stack']);
    expect([err.type, err.code, err.message.length]).toEqual(['TypeError', 'E1', 500]);
    expect(written[0]!.length).toBeLessThan(3000);
  });
});

describe('metrics', () => {
  it('each function shows in its own series; two registries share nothing', async () => {
    let clock = 10_000;
    const metrics = createMetrics({ now: () => clock, version: '1.2.3' });
    metrics.channels([
      { channel: 'soc', waiting: 3, failures: 2, disabled: '' },
      { channel: 'pager', waiting: 0, failures: 0, disabled: 'answered 410' },
      { channel: 'mail', waiting: 0, failures: 0, disabled: '' },
    ]);
    metrics.events('accepted', 'http', 3);
    metrics.events('dropped', 'http', 0);
    metrics.reject('not_json');
    metrics.alert('first-seen', 'high');
    metrics.tried('soc', 'failed', 20);
    metrics.checkpoint('http/0', 512);
    const idle = { partition: 'http/1', savedAt: 1_000, behind: false };
    metrics.checkpoints([{ partition: 'http/0', savedAt: 4_000, behind: true }, idle]);
    metrics.lag([{ source: 'kafka:t', partition: 1, lag: 42 }]);
    metrics.latency(250);
    metrics.insertTime(12, 100);
    const text = await metrics.text();
    for (const line of [
      'overreach_events_total{outcome="accepted",source="http"} 3',
      'overreach_rejects_total{reason="not_json"} 1',
      'overreach_alerts_total{detector="first-seen",severity="high"} 1',
      'overreach_deliveries_total{channel="soc",result="failed"} 1',
      'overreach_checkpoint_age_seconds{partition="http/0"} 6',
      'overreach_checkpoint_age_seconds{partition="http/1"} 0',
      'overreach_consumer_lag_records{source="kafka:t",partition="1"} 42',
      'overreach_latency_seconds_sum 0.25',
      'overreach_state_bytes{partition="http/0"} 512',
      'overreach_inserted_rows_total 100',
      'overreach_build_info{version="1.2.3"} 1',
      'overreach_deliveries_waiting{channel="soc"} 3',
      'overreach_channel_failing{channel="soc"} 1',
      'overreach_channel_failing{channel="pager"} 1',
      'overreach_channel_failing{channel="mail"} 0',
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('outcome="dropped"');
    clock = 11_000;
    expect(await metrics.text()).toContain('overreach_checkpoint_age_seconds{partition="http/0"} 7');
    expect(await createMetrics({ now: () => 0 }).text()).not.toContain('accepted');
  });

  it('a partition that went to another process is told by that one alone', async () => {
    const metrics = createMetrics({ now: () => 10_000 });
    const saved = ['kafka:t/0', 'kafka:t/1'].map((partition) => ({ partition, savedAt: 4_000, behind: true }));
    for (const { partition } of saved) metrics.checkpoint(partition, 512);
    metrics.checkpoints(saved);
    metrics.lag([0, 1].map((partition) => ({ source: 'kafka:t', partition, lag: 7 })));
    metrics.checkpoints(saved.slice(0, 1));
    metrics.lag([
      { source: 'kafka:t', partition: 0, lag: 3 },
      { source: 'kafka:t', partition: 2, lag: null },
    ]);
    const told = (await metrics.text()).split('\n').filter((line) => /^[a-z_]+\{.*partition=/.test(line));
    expect(told.sort()).toEqual([
      'overreach_checkpoint_age_seconds{partition="kafka:t/0"} 6',
      'overreach_consumer_lag_records{source="kafka:t",partition="0"} 3',
      'overreach_state_bytes{partition="kafka:t/0"} 512',
    ]);
  });
});
