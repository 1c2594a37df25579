import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SEVERITIES } from '../../../schemas/alert.ts';
import { ocsfFinding } from '../../../src/alerts/channels/ocsf.ts';
import { alertOf } from '../support.ts';

const observation = z.object({
  observation_parameter: z.string().min(1),
  observation_type: z.string(),
  observed_pattern: z.enum(['FREQUENT', 'INFREQUENT', 'RARE', 'UNSEEN']),
  observations: z.array(z.object({ value: z.string(), count: z.number().int() })).min(1),
});

/** What OCSF 1.8.0 requires of class 2004, and the enumerations that we use of it. */
const detectionFinding = z.object({
  activity_id: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  category_uid: z.literal(2),
  class_uid: z.literal(2004),
  type_uid: z.number(),
  time: z.number().int().positive(),
  severity_id: z.number().int().min(1).max(5),
  status_id: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  metadata: z.object({ version: z.literal('1.8.0'), product: z.object({ name: z.string(), vendor_name: z.string() }) }),
  finding_info: z.object({ uid: z.string().min(1), title: z.string(), analytic: z.object({ type_id: z.literal(2) }) }),
  anomaly_analyses: z.array(
    z.object({
      analysis_targets: z.array(z.object({ name: z.string().min(1), type: z.string() })).min(1),
      anomalies: z.array(observation).min(1),
      baselines: z.array(observation).min(1),
    }),
  ),
});

describe('OCSF Detection Finding', () => {
  it.each(['open', 'update', 'close'] as const)('has the required shape at stage %s', (stage) => {
    const finding = ocsfFinding(alertOf({ stage }));
    expect(detectionFinding.safeParse(finding).error).toBeUndefined();
    expect(finding.type_uid).toBe(200400 + finding.activity_id);
    expect(finding.activity_name).toBe({ open: 'Create', update: 'Update', close: 'Close' }[stage]);
  });

  it('maps every severity and every status', () => {
    expect(SEVERITIES.map((severity) => ocsfFinding(alertOf({ severity })).severity_id)).toEqual([1, 2, 3, 4, 5]);
    expect(
      (['new', 'acknowledged', 'resolved'] as const).map((status) => ocsfFinding(alertOf({ status })).status_id),
    ).toEqual([1, 2, 4]);
    expect(ocsfFinding(alertOf({ status: 'resolved' })).activity_id).toBe(3);
  });

  it('is one finding through all revisions of an alert, each message with a uid of its own', () => {
    const [first, second] = [1, 2].map((revision) => ocsfFinding(alertOf({ revision })));
    expect(first?.finding_info.uid).toBe(second?.finding_info.uid);
    expect(first?.metadata.uid).not.toBe(second?.metadata.uid);
  });
});
