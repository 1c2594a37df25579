import { describe, expect, it } from 'vitest';
import type { PeerView } from '../../detectors/detector.ts';
import { sequence } from '../../detectors/sequence.ts';
import { agentUnder, bytes, type Call, plain } from './session.ts';

const call = (tool: string): Call => ({ tool });
const usual = ['list', 'get', 'update', 'close'].map(call);
const trained = () => {
  const agent = agentUnder([sequence]);
  for (let i = 0; i < 50; i += 1) agent.session(usual);
  return agent;
};

describe('sequence', () => {
  it('fires on a step that never follows', () => {
    const said = trained().session([call('list'), call('get'), { tool: 'export_all', class: 'write' }])[2];
    expect(said).toMatchObject({ reason: 'unlikely_act' });
    expect(said!.score).toBeGreaterThan(2);
    expect(said!.expected).toContain('srv/update');
  });

  it('is silent on the usual way', () => {
    expect(trained().session(usual)).toEqual([null, null, null, null]);
  });

  it('learns a new way', () => {
    const agent = trained();
    for (let i = 0; i < 50; i += 1) agent.session([call('list'), call('archive')]);
    expect(agent.session([call('list'), call('archive')])[1]).toBeNull();
  });

  it('learns nothing of what was refused', () => {
    const score = (refused: number) => {
      const agent = trained();
      const act: Call = { tool: 'export_all', class: 'write' };
      for (let i = 0; i < refused; i += 1) agent.session([call('list'), { ...act, status: 'denied' }]);
      return agent.session([call('list'), act])[1]!.score;
    };
    expect(score(5)).toBeGreaterThanOrEqual(score(0));
  });

  it('says the same after a restart', () => {
    const peers: PeerView = { agents: 7, holders: () => 0, sum: (_, key) => (key.length % 5) * 3 };
    const [running, restarted] = [agentUnder([sequence], peers), agentUnder([sequence], peers)];
    for (let i = 0; i < 200; i += 1) {
      const calls = Array.from({ length: 6 }, (_, n) => call(`tool-${(i * n * n) % (10 + i / 10)}`));
      restarted.restart();
      expect(restarted.session(calls)).toEqual(running.session(calls));
    }
    expect(restarted.state).toEqual(running.state);
  });

  it('says less of what the agent does every day, come out of turn, than of what it never did', () => {
    const score = (tool: string) =>
      trained().session([call('list'), call('get'), { tool, class: 'write' }])[2]?.score ?? 0;
    expect(score('close')).toBeLessThan(2.5);
    expect(score('export_all')).toBeGreaterThan(score('close') + 1);
  });

  it('says less after a new version of the agent, unless versions change all the time', () => {
    const score = (versions: readonly string[]) => {
      const agent = agentUnder([sequence]);
      for (let i = 0; i < 50; i += 1)
        agent.session(usual.map((one) => ({ ...one, version: versions[i % (versions.length - 1)]! })));
      const last = { version: versions.at(-1)! };
      return agent.session([
        { ...call('list'), ...last },
        { tool: 'export_all', class: 'write', ...last },
      ])[1]!.score;
    };
    const known = score(['1', '1']);
    expect(score(['1', '2'])).toBeLessThan(0.5 * known);
    expect(score(['1', '2', '3', '4'])).toBeGreaterThan(0.9 * known);
    // Who leaves its version out is no new one.
    expect(score(['1', ''])).toBeGreaterThan(0.9 * known);
  });

  it('keeps its bound under a flood of tools', () => {
    const agent = agentUnder([sequence]);
    for (let i = 0; i < 300; i += 1)
      agent.session(Array.from({ length: 100 }, (_, j) => call(`tool-${(i * 7919 + j * 104729) % 200_000}`)));
    expect(bytes(agent.state)).toBeLessThan(400_000);
    expect(plain(agent.state)).toBe(true);
  }, 60_000);
});
