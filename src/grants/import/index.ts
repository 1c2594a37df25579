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
  return found.read(text, options);
}
