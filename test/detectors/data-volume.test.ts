import { describe, expect, it } from 'vitest';
import { dataVolume } from '../../detectors/data-volume.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { agentUnder, bytes, type Call, plain } from './session.ts';

const query = (size: number): Call => ({ tool: 'query', bytes: size });
const trained = () => {
  const agent = agentUnder([dataVolume]);
  agent.session(Array.from({ length: 200 }, (_, i) => query(8_000 + (i % 10) * 1_000)));
  return agent;
};

describe('data-volume', () => {
  it('fires on a result a thousand times the usual', () => {
    const [said] = trained().session([query(16_000_000)]);
    expect(said!.score).toBeGreaterThan(4);
    expect(said!.seen).toContain('16000000');
  });

  it('is silent on usual sizes, on small ones and on tools it does not know', () => {
    expect(trained().session([query(17_000), query(40_000), { tool: 'other', bytes: 1e9 }])).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('fires on a bulk among sizes that differ as sizes do, and not on the largest of them', () => {
    const random = createRandom('sizes');
    const agent = agentUnder([dataVolume]);
    const usual = () => query(Math.round(3000 * Math.exp(random.normal())));
    agent.session(Array.from({ length: 200 }, usual));
    const ordinary = agent.session(Array.from({ length: 2000 }, usual));
    expect(Math.max(...ordinary.map((said) => said?.score ?? 0))).toBeLessThan(4);
    expect(agent.session([query(1_200_000)])[0]!.score).toBeGreaterThan(4);
  });

  it('is mild where sizes vary widely', () => {
    const agent = agentUnder([dataVolume]);
    agent.session(Array.from({ length: 200 }, (_, i) => query(10 ** (3 + (i % 40) / 10))));
    expect(agent.session([query(16_000_000)])[0]?.score ?? 0).toBeLessThan(3);
  });

  it('keeps its bound', () => {
    const agent = agentUnder([dataVolume]);
    agent.session(Array.from({ length: 200_000 }, (_, i) => ({ tool: `t${i % 500}`, bytes: (i * 7919) % 1e9 })));
    expect(bytes(agent.state)).toBeLessThan(150_000);
    expect(plain(agent.state)).toBe(true);
  });
});
