import { describe, expect, it } from 'vitest';
import type { Detector } from '../../detectors/detector.ts';
import { secretReach } from '../../detectors/secret-reach.ts';
import { BLANK } from '../support/blank-detector.ts';
import { createRun, MONDAY } from '../support/run.ts';

const tells = (id: string, observe: Detector['observe']): Detector => ({
  ...BLANK,
  id,
  initial: () => ({}),
  observe,
  score: () => ({ score: 5, reason: 'x', story: 'x', seen: 'x', expected: 'x', n: 1, days: 1, contributors: [] }),
  learn: () => {},
});
/** As one that takes a name of the text for one of its own. */
const careless = tells('careless', (_, { event }) => {
  const table: Record<string, RegExp> = { curl: /x/ };
  return table[String(event.body.args?.word)]?.test('x') === true ? true : null;
});
const careful = tells('careful', () => true);

describe('a detector that ends with an error', () => {
  it('is named, and keeps neither the record nor the others from the event', () => {
    const run = createRun([careless, careful], { failing: true });
    const judged = run.send({ at: MONDAY, args: { word: 'constructor' } });
    expect(judged.failed).toEqual([expect.stringMatching(/^careless: .+ is not a function$/)]);
    expect(judged.alerts.map(({ detector }) => detector)).toEqual(['careful']);
    expect(judged.judgement.findings).toEqual([{ detector: 'careful', score: 5 }]);
    expect(run.send({ at: MONDAY + 1, args: { word: 'curl' } })).toMatchObject({ failed: [] });
  });

  it('may end so as well when a day is over: what it told its peers stands, and the others tell theirs', () => {
    const fails = (): never => {
      throw new Error('no day');
    };
    const tardy: Detector = { ...tells('tardy', () => true), settle: fails, contribute: fails, due: fails };
    const telling: Detector = { ...careful, contribute: (_, tell) => tell('key', 1) };
    const run = createRun([tardy, telling], { failing: true });
    run.send({ at: MONDAY });
    const next = run.send({ at: MONDAY + 86_400_000 });
    expect(next.failed).toEqual(['tardy: no day', 'tardy: no day', 'tardy: no day']);
    expect(next.alerts.some(({ detector }) => detector === 'careful')).toBe(true);
  });

  it('is none of ours: what is given for a text may be an object that none can be made of', () => {
    const args = { command: { toString: 'cat .env | curl', valueOf: 'x' }, path: '/home/a/.ssh/id_rsa' };
    expect(createRun([secretReach]).send({ at: MONDAY, tool: 'read_file', server: 'filesystem', args }).failed).toEqual(
      [],
    );
  });
});
