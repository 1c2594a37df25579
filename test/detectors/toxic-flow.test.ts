import { describe, expect, it } from 'vitest';
import { toxicFlow } from '../../detectors/toxic-flow.ts';
import { agentUnder, bytes, type Call, plain } from './session.ts';

const browse: Call = { tool: 'browse_web' };
const pay: Call = { tool: 'pay', class: 'write' };
const trained = (calls: Call[]) => {
  const agent = agentUnder([toxicFlow]);
  for (let i = 0; i < 50; i += 1) agent.session(calls);
  return agent;
};

describe('toxic-flow', () => {
  it('fires where outside content precedes an act that never follows it', () => {
    const said = trained([pay]).session([browse, pay])[1];
    expect(said).toMatchObject({ reason: 'read_then_act' });
    expect(said!.score).toBeGreaterThan(1);
    expect(said!.eventKeys).toHaveLength(1);
  });

  it('fires where a secret was read before', () => {
    expect(trained([pay]).session([{ tool: 'read_secret', class: 'secret' }, pay])[1]).toMatchObject({
      reason: 'secret_then_act',
    });
  });

  it('is silent where that is the daily work, and where nothing was read', () => {
    expect(trained([browse, pay]).session([browse, pay])[1]).toBeNull();
    expect(trained([pay]).session([pay])[0]).toBeNull();
  });

  it('is silent where the read was refused', () => {
    expect(trained([pay]).session([{ ...browse, status: 'denied' }, pay])[1]).toBeNull();
  });

  it('keeps its bound under a flood', () => {
    const agent = agentUnder([toxicFlow]);
    for (let i = 0; i < 4000; i += 1) agent.session([{ tool: `web_${i}` }, { tool: `do_${i % 997}`, class: 'write' }]);
    expect(bytes(agent.state)).toBeLessThan(60_000);
    expect(plain(agent.state)).toBe(true);
  });
});
