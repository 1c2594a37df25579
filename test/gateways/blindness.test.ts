import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { blindByDefault, blindness } from '../../schemas/gateways/lib/blindness.ts';
import { gatewayNamed } from './support.ts';

const ids = detectors.map(({ id }) => id);

describe('what a gateway cannot tell', () => {
  it('is nothing of the native format', () => {
    expect(blindness({ carries: ['*'] }, ids)).toEqual({ blind: [], dim: [] });
  });

  it('is what its detectors need and it does not carry', () => {
    const { blind, dim } = blindness(gatewayNamed('tyk'), ids);
    expect(blind).toContain('argument-novelty');
    expect(dim).toContainEqual({ detector: 'secret-reach', without: ['args'] });
  });

  it('is more until it is told to write all that it can', () => {
    const toolhive = gatewayNamed('toolhive');
    expect(blindByDefault(toolhive, ids)).toContain('argument-novelty');
    expect(blindness(toolhive, ids).blind).not.toContain('argument-novelty');
    expect(blindByDefault(gatewayNamed('teleport'), ids)).toEqual([]);
  });

  it('is whence a call came, where only the start of a session tells it: Teleport', () => {
    const { blind, dim } = blindness(gatewayNamed('teleport'), ids);
    expect(blind).not.toContain('connection');
    expect(dim.find(({ detector }) => detector === 'identity')?.without).toContain('src.ip');
  });

  it('is not for whom it acts, where the user is told without a chain', () => {
    const carries = ['server', 'target', 'user'];
    expect(blindness({ carries }, ['delegation', 'connection'])).toEqual({
      blind: [],
      dim: [
        { detector: 'delegation', without: ['delegation'] },
        { detector: 'connection', without: ['agent.id'] },
      ],
    });
  });

  it.each(gateways.map((gateway) => [gateway.name, gateway] as const))(
    '%s carries what it may be told to',
    (_, gateway) => {
      expect(gateway.carries).toEqual(expect.arrayContaining([...(gateway.optional ?? [])]));
    },
  );
});
