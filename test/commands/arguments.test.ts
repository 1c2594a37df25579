import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import {
  parseCount,
  parseDays,
  parseEnd,
  parsePort,
  parseShare,
  parseTime,
} from '../../src/commands/support/arguments.ts';
import { checkGateway } from '../../src/commands/support/gateway.ts';

describe('what stands behind an option', () => {
  it.each([
    [parsePort, '0', 0],
    [parsePort, '65535', 65_535],
    [parseCount, '1', 1],
    [parseDays, '90', 90],
    [parseShare, '0.35', 0.35],
    [parseTime, '2026-06-01', Date.UTC(2026, 5, 1)],
    [parseTime, '2026-06-01T12:00:00+02:00', Date.UTC(2026, 5, 1, 10)],
    [parseEnd, '2026-06-01', Date.UTC(2026, 5, 2) - 1],
    [parseEnd, '2026-06-01T12:00:00+02:00', Date.UTC(2026, 5, 1, 10)],
  ])('%o reads %s', (read, text, value) => {
    expect(read(text)).toBe(value);
  });

  it.each([
    [parsePort, 'abc'],
    [parsePort, '65536'],
    [parsePort, '-1'],
    [parsePort, '80.5'],
    [parseCount, '0'],
    [parseCount, '1e3'],
    [parseDays, '4001'],
    [parseShare, ''],
    [parseShare, '1.1'],
    [parseTime, 'yesterday'],
    [parseTime, '2026-13-01'],
    [parseTime, '1'],
  ])('%o refuses %s, and says what it expects', (read, text) => {
    expect(() => read(text)).toThrow(/expected$/);
  });
});

describe('a gateway to force', () => {
  const { mappings } = configSchema.parse({
    mappings: [{ name: 'house', claims: { kind: 'mcp' }, occurred_at: 'at', method: { otherwise: 'tools/call' } }],
  });

  it('is auto, one of ours, or a mapping of the configuration', () => {
    for (const name of ['auto', 'teleport', 'house']) expect(() => checkGateway(name, { mappings })).not.toThrow();
  });

  it('is told with what was meant where there is none', () => {
    expect(() => checkGateway('teleprot', { mappings })).toThrow(
      '--gateway teleprot: no such gateway; teleport is meant?',
    );
    expect(() => checkGateway('', { mappings })).toThrow('no such gateway (see');
  });
});
