import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alert, SCOPES, SEVERITIES } from '../../../schemas/alert.ts';
import { ocsfFinding } from '../../../src/alerts/channels/ocsf.ts';
import { exampleAlert } from '../../../src/alerts/example.ts';
import * as operational from '../../../src/alerts/operational.ts';
import { afterVerdict } from '../../../src/alerts/status.ts';
import { hugeAlert, nastyAlert } from '../../contracts/channel.ts';
import { alertOf } from '../support.ts';

interface Described {
  attributes: Record<string, string>;
  ids?: Record<string, Record<string, string>>;
  at_least_one?: string[];
}
const SCHEMA: Record<string, Described> = JSON.parse(
  readFileSync(new URL('./ocsf-1.8.0.json', import.meta.url), 'utf8'),
);
const PRIMITIVE: Record<string, (value: unknown) => boolean> = {
  string_t: (value) => typeof value === 'string',
  integer_t: Number.isSafeInteger,
  long_t: Number.isSafeInteger,
  boolean_t: (value) => typeof value === 'boolean',
  json_t: () => true,
  object: (value) => typeof value === 'object',
};

/** What of a message is not as OCSF 1.8.0 has it: unknown, missing, of another type, an id without or beside its name. */
function faults(value: Record<string, unknown>, name = 'detection_finding', path = ''): string[] {
  const described = SCHEMA[name];
  if (described === undefined) return [`${path}: ${name} is not in the table`];
  const { attributes, ids = {}, at_least_one } = described;
  const missing = Object.keys(attributes).filter((key) => attributes[key]!.endsWith('!') && value[key] === undefined);
  const needed = at_least_one?.some((key) => value[key] !== undefined) ?? true;
  const of = (key: string, one: unknown, type: string): string[] => {
    const at = `${path}.${key}`;
    const primitive = PRIMITIVE[type];
    if (primitive !== undefined) return primitive(one) ? [] : [`${at} is no ${type}`];
    return faults(one as Record<string, unknown>, type, at);
  };
  return [
    ...missing.map((key) => `${path}.${key} is missing`),
    ...(needed ? [] : [`${path} needs one of ${at_least_one}`]),
    ...Object.entries(value).flatMap(([key, held]): string[] => {
      const type = attributes[key]?.replace('!', '');
      if (type === undefined) return [`${path}.${key} is unknown`];
      if (type.endsWith('[]') !== Array.isArray(held)) return [`${path}.${key} should be ${type}`];
      return [held].flat().flatMap((one) => of(key, one, type.replace('[]', '')));
    }),
    ...Object.entries(ids).flatMap(([key, names]): string[] => {
      if (value[key] === undefined || key === 'type_uid') return [];
      const wanted = names[String(value[key])];
      if (wanted === undefined) return [`${path}.${key} ${value[key]} is none`];
      const sibling = key === 'activity_id' ? 'activity_name' : key.replace(/_id$/, '');
      return value[sibling] === undefined || value[sibling] === wanted
        ? []
        : [`${path}.${sibling} should be ${wanted}`];
    }),
  ];
}

const sent = (alert: Alert) => JSON.parse(JSON.stringify(ocsfFinding(alert))) as ReturnType<typeof ocsfFinding>;

describe('OCSF Detection Finding', () => {
  it.each([
    ['open', alertOf()],
    ['update', alertOf({ stage: 'update' })],
    ['close', alertOf({ stage: 'close' })],
    ['acknowledged', alertOf({ status: 'acknowledged', stage: 'update' })],
    ['resolved', alertOf({ status: 'resolved' })],
    ['example', exampleAlert(Date.now())],
    ['operational', operational.silentGateway('gw-3', 1, 2, 3)],
    ['huge', hugeAlert()],
    ['nasty', nastyAlert()],
  ] as const)('is what 1.8.0 describes: %s', (_name, alert) => {
    expect(faults(sent(alert))).toEqual([]);
  });

  it('is so whatever is known and what is not', () => {
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const known = fc.record({
      server: optional(fc.string()),
      target: optional(fc.string()),
      session_id: optional(fc.string()),
      on_behalf_of: optional(fc.array(fc.string(), { maxLength: 3 })),
      grant_id: optional(fc.string()),
      severity: fc.constantFrom(...SEVERITIES),
      scope: fc.constantFrom(...SCOPES),
      score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    fc.assert(
      fc.property(known, fc.constantFrom('30 d', '0 d', 'now', '14 days'), (over, window) => {
        const alert = { ...alertOf({ proof: { ...alertOf().proof, window } }), ...over } as Alert;
        expect(faults(sent(alert))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('has an id of its own for each revision and each verdict: a SIEM takes equal ones for one', () => {
    const alert = alertOf();
    const said = (at: string) =>
      afterVerdict(alert, { alert_id: alert.alert_id, verdict: 'dismissed', author: 'mia', reason: '', at });
    const told = [alert, alertOf({ revision: 2 }), said('2026-11-20T15:00:00.000Z'), said('2026-11-20T16:00:00.000Z')];
    const ids = [...told, ...told].map((one) => ocsfFinding(one).metadata.uid);
    expect(new Set(ids).size).toBe(4);
  });

  it('says what its type is, and finds what is wrong', () => {
    const finding = ocsfFinding(alertOf({ stage: 'update' }));
    expect(finding.type_uid).toBe(200402);
    expect(faults({ ...sent(alertOf()), severity_id: 9, colour: 'red', time: 'now' })).toEqual([
      '.time is no long_t',
      '.colour is unknown',
      '.severity_id 9 is none',
    ]);
  });

  it('maps every severity and every status', () => {
    expect(SEVERITIES.map((severity) => ocsfFinding(alertOf({ severity })).severity_id)).toEqual([1, 2, 3, 4, 5]);
    expect(
      (['new', 'acknowledged', 'resolved'] as const).map((status) => ocsfFinding(alertOf({ status })).status_id),
    ).toEqual([1, 2, 4]);
    expect(ocsfFinding(alertOf({ status: 'resolved' })).activity_id).toBe(3);
  });

  it('names agent, tool, session and principal where a SIEM looks for them', () => {
    const finding = ocsfFinding(alertOf());
    expect(finding.evidences[0]).toMatchObject({
      actor: { app_uid: 'support-7', session: { uid: 's-81' }, user: { name: 'app:desk' } },
      api: { operation: 'read_secret', service: { name: 'vault' } },
    });
    expect(finding.finding_info.attacks).toEqual([{ technique: { uid: 'AML.T0053' } }]);
    expect(finding.anomaly_analyses[0]!.baselines[0]!.observations[0]).toMatchObject({
      count: 1204,
      timespan: { duration_days: 41 },
    });
  });

  it('is one finding through all revisions of an alert, each message with a uid of its own', () => {
    const [first, second] = [1, 2].map((revision) => ocsfFinding(alertOf({ revision })));
    expect(first?.finding_info.uid).toBe(second?.finding_info.uid);
    expect(first?.metadata.uid).not.toBe(second?.metadata.uid);
  });
});
