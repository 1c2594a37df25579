import type { Grant } from '../../../schemas/grant.ts';
import { ConfigError } from '../../errors.ts';
import { csv } from './csv.ts';
import { envoy } from './envoy.ts';
import type { Imported, ImportFormat, ImportOptions } from './format.ts';
import { kong } from './kong.ts';
import { teleport } from './teleport.ts';
import { toolhive } from './toolhive.ts';

/** Every format that grants are read from. */
export const importFormats: readonly ImportFormat[] = [teleport, kong, envoy, toolhive, csv];

export function importGrants(format: string, text: string, options: ImportOptions): Imported {
  const found = importFormats.find(({ name }) => name === format);
  if (found === undefined)
    throw new ConfigError(
      `--from ${format}: no such format; known: ${importFormats.map(({ name }) => name).join(', ')}`,
    );
  const { grants, notes } = found.read(text, options);
  return { grants: withOwnIds(grants), notes };
}

/** An id has no blanks and strokes, and names may differ in nothing else. */
function withOwnIds(grants: readonly Grant[]): Grant[] {
  const taken = new Set<string>();
  return grants.map((grant) => {
    let id = grant.id;
    for (let count = 2; taken.has(id); count += 1) id = `${grant.id}-${count}`;
    taken.add(id);
    return { ...grant, id };
  });
}
