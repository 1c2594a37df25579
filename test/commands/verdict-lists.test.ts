import { expect, it } from 'vitest';
import { withVerdictLists } from '../../src/commands/support/verdict-lists.ts';
import type { FoldVerdict } from '../../src/engine/verdicts.ts';
import type { InputVersion } from '../../src/stores/store.ts';

const verdictOf = (alertId: string, verdict: FoldVerdict['verdict'] = 'safe'): FoldVerdict => ({
  verdict,
  alertId,
  detector: 'rate',
  agentId: 'x',
});
const inputOf = (version: string, content: string): InputVersion => ({
  kind: 'verdicts',
  version,
  content,
  loadedAt: 7,
});

it('a verdict writes little more than itself, however many stand, and each version is read as it was', async () => {
  const stored = new Map<string, InputVersion>();
  const store = {
    readInput: async (_: string, version: string) => stored.get(version) ?? null,
    writeInput: async (input: InputVersion) => void stored.set(input.version, input),
  };
  let list = Array.from({ length: 600 }, (_, n) => verdictOf(`standing-${n}`));
  // As earlier versions of the program stored it.
  const old = JSON.stringify(list);
  await store.writeInput(inputOf('old', old));

  const wanted = new Map([['old', old]]);
  let inputs = withVerdictLists(store);
  await inputs.readInput('verdicts', 'old');
  for (let n = 0; n < 100; n += 1) {
    const about = verdictOf(`standing-${(n * 37) % 90}`, n % 3 === 0 ? 'compromised' : 'safe');
    const others = list.filter(({ alertId }) => alertId !== about.alertId);
    list = n % 5 === 0 ? others : [...others, about];
    const version = `v${n}`;
    wanted.set(version, JSON.stringify(list));
    await inputs.writeInput(inputOf(version, JSON.stringify(list)));
    if (n !== 45) continue;
    inputs = withVerdictLists(store);
    await inputs.readInput('verdicts', version);
  }

  const written = [...stored.values()].reduce((sum, { content }) => sum + content.length, 0) - old.length;
  expect(written).toBeLessThan(100 * old.length * 0.1);
  for (const [version, content] of wanted)
    expect(await withVerdictLists(store).readInput('verdicts', version)).toEqual(inputOf(version, content));
  expect(await inputs.readInput('verdicts', 'none')).toBeNull();
});

it('a list in another order is stored whole', async () => {
  const stored: InputVersion[] = [];
  const inputs = withVerdictLists({
    readInput: async () => null,
    writeInput: async (input) => void stored.push(input),
  });
  const list = Array.from({ length: 100 }, (_, n) => verdictOf(`a${n}`));
  for (const content of [list, list.toReversed()]) await inputs.writeInput(inputOf('v', JSON.stringify(content)));
  expect(stored.map(({ content }) => JSON.parse(content)[0].alertId)).toEqual(['a0', 'a99']);
});
