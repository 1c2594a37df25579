import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES, SEVERITIES } from '../../schemas/alert.ts';
import { MAX_STORIES } from '../../src/engine/agent-state.ts';
import { type AlertDraft, closing, dueStories, tell } from '../../src/engine/suppress.ts';
import { blankAgent, START } from './support.ts';

const COOLDOWN = 3_600_000;

interface Finding {
  wait: number;
  class: number;
  severity: number;
  score: number;
}

const findings = fc.array(
  fc.record({
    wait: fc.integer({ min: 0, max: COOLDOWN - 1 }),
    class: fc.nat({ max: CLASSES.length - 1 }),
    severity: fc.nat({ max: SEVERITIES.length - 1 }),
    score: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 40 },
);

const draftOf = (n: number, { class: name, severity, score }: Omit<Finding, 'wait'>): AlertDraft => ({
  detector: 'rate',
  title: 't',
  summary: 's',
  severity: SEVERITIES[severity]!,
  score,
  reason: 'burst',
  occurred_at: new Date(START).toISOString(),
  agent: { id: 'agent' },
  event_ids: [`e${n}`],
  class: CLASSES[name]!,
  scope: 'in',
  proof: { seen: '', expected: '', n: 0, window: '', threshold: 3, contributors: [], sql: '' },
  frameworks: { owasp_asi: [], mitre_atlas: [], maestro: [], nist_ai_rmf: [] },
});

/** All findings of one story, none of them a cooldown after the one before. */
function run(stream: readonly Finding[]) {
  const agent = blankAgent();
  let at = START;
  const told = stream.map((finding, n) => {
    at += finding.wait;
    const draft = draftOf(n, finding);
    let earlier: readonly string[] | undefined;
    const draftWith = (keys?: readonly string[]): AlertDraft => {
      earlier = keys;
      return draft;
    };
    return {
      at,
      finding,
      alert: tell(agent, draft, draftWith, at, [`key ${n}`], { cooldownMs: COOLDOWN }, 'story'),
      earlier,
    };
  });
  return { agent, told, at };
}

describe('one story', () => {
  it('is one alert, whose revisions rise by one', () => {
    fc.assert(
      fc.property(findings, (stream) => {
        const alerts = run(stream).told.flatMap(({ alert }) => alert ?? []);
        expect(new Set(alerts.map(({ alert_id }) => alert_id)).size).toBe(1);
        expect(alerts.map(({ revision }) => revision)).toEqual(alerts.map((_, n) => n + 1));
        expect(alerts.map(({ stage }) => stage)).toEqual(alerts.map((_, n) => (n === 0 ? 'open' : 'update')));
      }),
    );
  });

  it('rests on the events of all its revisions, the last twenty of them', () => {
    fc.assert(
      fc.property(findings, (stream) => {
        const before: string[] = [];
        for (const [n, { alert, earlier }] of run(stream).told.entries()) {
          if (alert === null) continue;
          expect(earlier ?? []).toEqual(before.slice(-20));
          before.push(`key ${n}`);
          expect(alert.event_ids).toEqual(before.map((key) => key.replace('key ', 'e')).slice(-20));
        }
      }),
    );
  });

  it('loses no finding: each is told or counted', () => {
    fc.assert(
      fc.property(findings, (stream) => {
        const { agent, told } = run(stream);
        const [story] = agent.stories;
        expect(told.filter(({ alert }) => alert === null).length).toBe(story!.suppressed);
        expect(closing(story!, 0).suppressed_count).toBe(story!.suppressed);
      }),
    );
  });

  it('is told at most once a cooldown, but for what is worse', () => {
    fc.assert(
      fc.property(findings, (stream) => {
        let last = null as { at: number; class: number; severity: number; score: number } | null;
        for (const { at, finding, alert } of run(stream).told) {
          const worse =
            last !== null &&
            (finding.class > last.class || finding.severity > last.severity || finding.score >= 2 * last.score);
          expect(alert !== null).toBe(last === null || worse || at - last.at >= COOLDOWN);
          if (alert !== null)
            last = {
              at,
              class: Math.max(last?.class ?? 0, finding.class),
              severity: Math.max(last?.severity ?? 0, finding.severity),
              score: Math.max(last?.score ?? 0, finding.score),
            };
        }
      }),
    );
  });

  it('is not told by turns of what is of a higher class and what is graver', () => {
    const low = { wait: 1, class: 5, severity: 1, score: 9 };
    const medium = { wait: 1, class: 1, severity: 2, score: 9 };
    const { told } = run([medium, low, medium, low, medium, low]);
    expect(told.map(({ alert }) => alert !== null)).toEqual([true, true, false, false, false, false]);
  });

  it('is over a cooldown after the last of it, not before', () => {
    fc.assert(
      fc.property(findings, (stream) => {
        const { agent, at } = run(stream);
        expect(dueStories(agent, at + COOLDOWN - 1)).toEqual([]);
        const [due] = dueStories(agent, at + COOLDOWN);
        expect(due!.at).toBe(at + COOLDOWN);
        expect(closing(due!.story, due!.at)).toMatchObject({
          stage: 'close',
          revision: due!.story.alert.revision + 1,
          occurred_at: new Date(at + COOLDOWN).toISOString(),
        });
      }),
    );
  });
});

it('a story that goes quiet late is told again after a cooldown as its next revision, and closes after its own silence', () => {
  const agent = blankAgent();
  const draft = draftOf(0, { class: 1, severity: 1, score: 5 });
  const pace = { cooldownMs: COOLDOWN, quietMs: 4 * COOLDOWN };
  const at = [0, 0.5, 3.5, 7].map((n) => START + n * COOLDOWN);
  const told = at.map((when, n) => tell(agent, draft, () => draft, when, [`k${n}`], pace));
  expect(told.map((alert) => alert?.revision ?? null)).toEqual([1, null, 2, 3]);
  expect(new Set(told.flatMap((alert) => alert?.alert_id ?? [])).size).toBe(1);
  expect(dueStories(agent, at[3]! + 4 * COOLDOWN - 1)).toEqual([]);
  expect(dueStories(agent, at[3]! + 4 * COOLDOWN).map(({ at: when }) => when)).toEqual([at[3]! + 4 * COOLDOWN]);
});

it('stories beyond the bound are closed, the quietest first', () => {
  const agent = blankAgent();
  for (let n = 0; n < MAX_STORIES + 3; n += 1) {
    const draft = draftOf(n, { class: 1, severity: 1, score: 4 });
    tell(agent, draft, () => draft, START + n, [`key ${n}`], { cooldownMs: COOLDOWN }, `story ${n}`);
  }
  expect(dueStories(agent, START + 100).map(({ story }) => story.lastAt - START)).toEqual([0, 1, 2]);
});

it('a closing message says how many calls came besides those that were told', () => {
  const agent = blankAgent();
  const found = { wait: 0, class: 1, severity: 1, score: 5 };
  const draft = draftOf(0, found);
  for (const n of [0, 1, 2]) tell(agent, draft, () => draft, START + n, [`k${n}`], { cooldownMs: COOLDOWN });
  expect(closing(agent.stories[0]!, START + COOLDOWN).summary).toContain(
    '; 2 more calls like it were counted and not told. ',
  );
});
