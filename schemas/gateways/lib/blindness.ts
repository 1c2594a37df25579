import type { Gateway } from '../gateway.ts';

/**
 * What detectors read of an event: without the first list one sees nothing, without the second it sees less. Of names
 * with `|` between them one is enough.
 */
interface Needs {
  needs: readonly string[];
  better: readonly string[];
}

export const NEEDS: Record<string, Needs> = {
  'out-of-scope': { needs: ['target'], better: ['agent.id', 'args', 'server'] },
  'first-seen': { needs: ['target'], better: ['agent.id', 'server'] },
  'secret-reach': { needs: ['target'], better: ['args', 'agent.id'] },
  'audit-tampering': { needs: ['target'], better: ['args'] },
  'grave-act': { needs: ['target'], better: ['args', 'agent.id'] },
  'privilege-creep': { needs: ['target'], better: ['agent.id', 'outcome|decision'] },
  rate: { needs: ['occurred_at'], better: ['agent.id'] },
  'repeated-act': { needs: ['args', 'target'], better: ['agent.id', 'outcome|decision'] },
  'one-party': { needs: ['args', 'target'], better: ['agent.id', 'outcome|decision'] },
  'new-manner': { needs: ['args', 'target'], better: ['agent.id', 'outcome|decision'] },
  'own-approval': { needs: ['args', 'target'], better: ['result', 'user', 'agent.id'] },
  'new-field': { needs: ['args', 'target'], better: ['agent.id', 'outcome|decision'] },
  'far-value': { needs: ['args', 'target'], better: ['agent.id', 'outcome|decision'] },
  'mass-removal': { needs: ['target'], better: ['args', 'agent.id', 'outcome|decision'] },
  'off-hours': { needs: ['occurred_at'], better: ['agent.id'] },
  denials: { needs: ['outcome|decision'], better: ['agent.id', 'target'] },
  'argument-novelty': { needs: ['args'], better: ['agent.id'] },
  'personal-fields': { needs: ['args', 'target'], better: ['agent.id'] },
  'records-sent': { needs: ['args', 'target'], better: ['agent.id'] },
  'credential-leak': { needs: ['args', 'target'], better: ['agent.id'] },
  'copied-in': { needs: ['args', 'target'], better: ['agent.id', 'user'] },
  'look-alike': { needs: ['args', 'target'], better: ['user', 'agent.id'] },
  'private-mailbox': { needs: ['args', 'user'], better: ['agent.id'] },
  'value-flood': { needs: ['args'], better: ['agent.id'] },
  'new-right': { needs: ['args', 'target'], better: ['agent.id'] },
  'admin-right': { needs: ['args', 'target'], better: ['agent.id'] },
  'target-creep': { needs: ['args', 'target'], better: ['agent.id'] },
  'cross-tenant': { needs: ['args', 'target'], better: ['agent.id'] },
  'many-clients': { needs: ['args', 'target'], better: ['session_id', 'agent.id'] },
  provenance: { needs: ['args', 'result'], better: ['session_id'] },
  'toxic-flow': { needs: ['target'], better: ['args', 'result', 'session_id'] },
  sequence: { needs: ['target'], better: ['session_id', 'agent.id'] },
  'data-volume': { needs: ['bytes_out'], better: ['agent.id'] },
  delegation: { needs: ['delegation|user'], better: ['delegation', 'user'] },
  'credential-hygiene': { needs: ['credential'], better: ['agent.id'] },
  dormant: { needs: ['target'], better: ['agent.id'] },
  'tool-drift': { needs: ['facts.tools'], better: [] },
  identity: { needs: ['agent.id'], better: ['client', 'src.ip', 'src.user_agent'] },
  connection: { needs: ['server', 'target'], better: ['agent.id'] },
};

interface Blindness {
  /** Detectors that see nothing of this source. */
  blind: string[];
  /** Detectors that see less, each with the fields that are missing. */
  dim: { detector: string; without: string[] }[];
}

/** What a gateway's records cannot tell the given detectors. */
export function blindness(gateway: Pick<Gateway, 'carries'>, detectors: readonly string[]): Blindness {
  const missing = (fields: readonly string[]): string[] => fields.filter((field) => !carries(gateway, field));
  const found: Blindness = { blind: [], dim: [] };
  for (const detector of detectors) {
    const { needs, better } = NEEDS[detector] ?? { needs: [], better: [] };
    const without = missing(better);
    if (missing(needs).length > 0) found.blind.push(detector);
    else if (without.length > 0)
      found.dim.push({ detector, without: without.map((fields) => fields.replaceAll('|', ' or ')) });
  }
  return found;
}

/** Detectors that see nothing until the gateway is told to write what it can. */
export function blindByDefault(
  { carries, optional = [] }: Pick<Gateway, 'carries' | 'optional'>,
  detectors: readonly string[],
): string[] {
  const shipped = carries.filter((field) => !optional.includes(field));
  const { blind } = blindness({ carries }, detectors);
  return blindness({ carries: shipped }, detectors).blind.filter((id) => !blind.includes(id));
}

const carries = (gateway: Pick<Gateway, 'carries'>, fields: string): boolean =>
  fields
    .split('|')
    .some((field) =>
      gateway.carries.some((carried) => carried === '*' || carried === field || carried.startsWith(`${field}.`)),
    );
