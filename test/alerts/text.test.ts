import { describe, expect, it } from 'vitest';
import { alertSchema, CLASSES, type Verdict } from '../../schemas/alert.ts';
import { exampleAlert } from '../../src/alerts/example.ts';
import { firstStep } from '../../src/alerts/first-step.ts';
import * as operational from '../../src/alerts/operational.ts';
import { STORM_EXPECTED } from '../../src/alerts/own.ts';
import { afterVerdict, isOver, statusOf } from '../../src/alerts/status.ts';
import { alertText } from '../../src/alerts/text.ts';
import * as words from '../../src/alerts/watch/words.ts';
import { alertOf } from './support.ts';

const NOW = Date.parse('2026-11-20T14:09:00Z');
const FROM = Date.parse('2026-11-20T14:02:00Z');

describe("an alert's text", () => {
  it('answers what, why, how bad, who, for whom and what now', () => {
    const text = alertText(alertOf({ suppressed_count: 12 }), { firstStep: 'Call the owner.' });
    expect(Object.fromEntries(text.facts.map(({ label, text: value }) => [label, value]))).toMatchObject({
      Seen: 'first call of class secret',
      Expected: 'classes discover and read',
      Baseline: '1,204 observations over 41 d',
      Privilege: 'secret, on vault/read_secret',
      Scope: 'outside of its grants; nearest support-reads',
      Owner: 'team-care',
      'On behalf of': 'user:mia@acme.example, for app:desk',
      Repeated: '12 more calls like it, counted and not told',
    });
    expect(text.firstStep).toBe('Call the owner.');
    expect(text.references.at(-1)).toEqual({
      label: 'Frameworks',
      text: 'ASI03, AML.T0053, MAESTRO L3, NIST AI RMF MEASURE',
    });
  });

  it('names what else was told of the same', () => {
    const beside = [{ detector: 'connection', severity: 'low', alert_id: '0123456789abcdef'.repeat(2) }];
    expect(alertText(alertOf(), { beside }).facts.at(-1)).toEqual({
      label: 'Told as well',
      text: 'connection (low, 01234567)',
    });
  });

  it('says of a silence neither a class nor a scope: no call has them', () => {
    const { target, ...silent } = alertOf({ server: '', class: 'discover', scope: 'ungoverned' });
    const labels = alertText(silent).facts.map(({ label }) => label);
    expect(labels.filter((label) => label === 'Privilege' || label === 'Scope')).toEqual([]);
  });

  it('leaves out what nobody knows', () => {
    const { session_id, on_behalf_of, grant_id, server, target, ...bare } = alertOf({
      agent: { id: 'x' },
      event_ids: [],
      score: 0,
    });
    const { facts, references } = alertText(bare);
    expect([...facts, ...references].map(({ label }) => label)).toEqual([
      'Seen',
      'Expected',
      'Baseline',
      'Privilege',
      'Scope',
      'Agent',
      'Owner',
      'When',
      'Alert',
      'Frameworks',
    ]);
    expect(facts.find(({ label }) => label === 'Owner')?.text).toBe('not known');
    expect([session_id, on_behalf_of, grant_id, server, target]).not.toContain(undefined);
  });

  it('leaves to the title what the title says', () => {
    const summary = 'Reached a vault. Normal for this agent: none.';
    expect(alertText(alertOf({ title: 'x: reached a vault', summary })).summary).toBe('Normal for this agent: none.');
    expect(alertText(alertOf({ title: 'x: reached a vau…', summary })).summary).toBe(summary);
    expect(alertText(alertOf({ title: 'x: reached a vault', summary: 'Reached a vault.' })).summary).not.toBe('');
  });

  it('says nothing twice, and no baseline of a storm', () => {
    const summary = 'First call of class secret. Normal for this agent: classes discover and read.';
    const proof = { ...alertOf().proof, n: 1, window: '0 d' };
    const facts = new Map(
      alertText(alertOf({ summary, proof })).facts.map(({ label, text: value }) => [label, value] as const),
    );
    expect([facts.get('Seen'), facts.get('Expected')]).toEqual([undefined, undefined]);
    expect(facts.get('Baseline')).toBe('1 observation over less than a day');
    const ofStorm = { ...alertOf().proof, expected: STORM_EXPECTED };
    const storm = alertText(alertOf({ agent: { id: 'fleet' }, proof: ofStorm }), { firstStep: 'Ask the owner.' });
    expect(storm.facts.map(({ label }) => label)).not.toContain('Baseline');
    expect(storm.firstStep).toContain('what changed at vault');
  });

  it('has a first step for every class', () => {
    const steps = CLASSES.map((name) => firstStep(alertOf({ class: name })));
    expect(new Set(steps).size).toBe(CLASSES.length);
    expect(firstStep(alertOf({ stage: 'close' }), 'Ask.')).toBe(
      'Ask. Then give a verdict, so that it is clear what it was.',
    );
    expect(firstStep(alertOf({ stage: 'close', status: 'resolved' }), 'Ask.')).toBe(
      'Nothing more: somebody has judged it.',
    );
  });
});

describe('the status of an alert', () => {
  const said = (verdict: Verdict['verdict'], at: string, expires_at?: string): Verdict => ({
    alert_id: 'a',
    author: 'mia',
    reason: 'planned',
    verdict,
    at,
    ...(expires_at === undefined ? {} : { expires_at }),
  });

  it.each([
    [[], 'new'],
    [[said('acknowledged', '2026-11-20T10:00:00Z')], 'acknowledged'],
    [[said('acknowledged', '2026-11-20T10:00:00Z'), said('compromised', '2026-11-20T11:00:00Z')], 'resolved'],
    [[said('compromised', '2026-11-20T11:00:00Z'), said('acknowledged', '2026-11-20T10:00:00Z')], 'resolved'],
    [[said('safe', '2026-11-20T10:00:00Z'), said('acknowledged', '2026-11-20T12:00:00+01:00')], 'acknowledged'],
    [[said('safe', '2026-11-20T10:00:00Z', '2026-11-20T12:00:00Z')], 'new'],
    [[said('safe', '2026-11-20T10:00:00Z', '2026-11-21T12:00:00Z')], 'resolved'],
  ] as const)('comes from verdicts alone: %#', (verdicts, status) => {
    expect(statusOf(verdicts, NOW)).toBe(status);
  });

  it('when resolved closes what was opened elsewhere', () => {
    const taken = afterVerdict(alertOf(), said('acknowledged', '2026-11-20T10:00:00Z'));
    expect(taken).toMatchObject({ stage: 'update', status: 'acknowledged', summary: 'mia is on it: planned' });
    expect(isOver(taken)).toBe(false);
    expect(alertText(taken).badge).toBe('ACKNOWLEDGED');
    const closing = afterVerdict(alertOf(), said('dismissed', '2026-11-20T10:00:00Z'));
    expect(closing).toMatchObject({
      alert_id: alertOf().alert_id,
      revision: 1,
      stage: 'close',
      status: 'resolved',
      summary: 'mia says dismissed: planned',
    });
    expect(isOver(closing)).toBe(true);
    expect(isOver(alertOf())).toBe(false);
  });
});

describe('operational alerts', () => {
  const made = [
    operational.silentGateway('gw-3', FROM, NOW, 60_000),
    operational.gatewayBack('gw-3', FROM, NOW, 60_000),
    operational.lagging('kafka/3', 120_000, 10_000, FROM, NOW),
    operational.rejectStorm("gw'3", 600, 1000, 'bad_json', FROM, NOW),
    operational.reconcileDifference('http/0', 1000, 998, FROM, NOW),
    words.diskLow('./data', 50_000_000, 1_000_000_000, FROM, NOW),
    words.clockSkew('gw-3', -900_000, 120_000, FROM, NOW),
    operational.endpointDisabled('soc', 'answered 410', NOW),
    operational.deliveryRefused('soc', 'Bad Request', NOW),
  ];

  it.each([...made, exampleAlert(NOW)].map((alert) => [alert.reason, alert] as const))(
    '%s is an alert like any other',
    (_reason, alert) => {
      expect(alertSchema.parse(alert)).toEqual(alert);
      expect(alertText(alert).summary).not.toMatch(/undefined|NaN/);
    },
  );

  it('leave out what is said of agents alone', () => {
    expect(alertText(made[0]!).facts).toEqual([
      { label: 'Seen', text: 'no event for 7 minutes' },
      { label: 'Expected', text: 'an event at least every 60 seconds' },
      { label: 'About', text: 'gw-3' },
    ]);
  });

  it('say each what to do first, and nothing when it is over', () => {
    const open = made.filter(({ stage }) => stage === 'open');
    expect(new Set(open.map((alert) => firstStep(alert))).size).toBe(open.length);
    expect(firstStep(made[1]!)).toBe('Nothing: it is over.');
  });

  it('say when we were blind, and close the same story', () => {
    const [open, close] = made;
    expect(open).toMatchObject({
      severity: 'high',
      title: 'Blind: nothing from gateway gw-3 since 2026-11-20 14:02 UTC',
      proof: { seen: 'no event for 7 minutes' },
    });
    expect(close).toMatchObject({
      alert_id: open?.alert_id,
      revision: 2,
      stage: 'close',
      summary: expect.stringContaining('from 2026-11-20 14:02 UTC to 2026-11-20 14:09 UTC'),
    });
  });

  it('are told once a trouble, and grade themselves', () => {
    expect(new Set(made.map(({ alert_id }) => alert_id)).size).toBe(made.length - 1);
    expect(operational.lagging('kafka/3', 20_000, 10_000, FROM, NOW + 1).alert_id).toBe(made[2]?.alert_id);
    expect(operational.lagging('kafka/3', 20_000, 10_000, FROM, NOW).severity).toBe('medium');
    expect(made.map(({ severity }) => severity)).toEqual([
      'high',
      'high',
      'high',
      'high',
      'critical',
      'critical',
      'medium',
      'high',
      'medium',
    ]);
    expect(made[3]?.proof.sql).toContain("'gw\\'3'");
  });
});
