import { expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { NEEDS } from '../../schemas/gateways/lib/blindness.ts';
import { OF_NO_TOOL } from '../../src/alerts/cause.ts';
import { OPERATIONAL } from '../../src/alerts/own.ts';
import { SESSION_DETECTOR, TELLING } from '../../src/engine/session-alert.ts';
import { WEIGHED } from '../../src/engine/weighing.ts';
import { LEARNED } from '../../src/engine/weights.ts';

const ids = detectors.map(({ id }) => id);

it('of every detector is said what it needs of a gateway', () => {
  expect(Object.keys(NEEDS).sort()).toEqual([...ids].sort());
});

it.each([
  ['tell what happened in a session', TELLING],
  ['are weighed', WEIGHED],
  ['have a learned weight', Object.keys(LEARNED.signals)],
  ['tell of no tool', [...OF_NO_TOOL]],
])('those that %s are there', (_, named) => {
  expect(named.filter((id) => ![...ids, SESSION_DETECTOR, OPERATIONAL].includes(id))).toEqual([]);
});
