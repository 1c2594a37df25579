import type { Config } from '../../schemas/config.ts';
import { fromMapping } from '../../schemas/gateways/lib/mapping.ts';
import type { Hasher } from '../hash.ts';
import type { DecoderOptions } from './decode.ts';

/** What of the configuration decoding knows. */
export function decoderOptions(config: Config, hasher: Hasher): DecoderOptions {
  const { keys, patterns, entropy } = config.redaction;
  return {
    hasher,
    redaction: { keys, patterns, entropy },
    capture: config.capture,
    agents: config.agents,
    gateways: config.mappings.map((mapping) => fromMapping(mapping)),
  };
}
