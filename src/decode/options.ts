import type { Config } from '../../schemas/config.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { fromMapping } from '../../schemas/gateways/lib/mapping.ts';
import { ConfigError } from '../errors.ts';
import type { Hasher } from '../hash.ts';
import { readEach } from '../mistakes.ts';
import type { DecoderOptions } from './decode.ts';

/** Names that may be asked for: ours, and those of the configuration's own mappings. */
export const gatewayNames = ({ mappings }: Pick<Config, 'mappings'>): string[] =>
  [...gateways, ...mappings].map(({ name }) => name);

/** What of the configuration decoding knows. A topic of a gateway that is not there would be read as any other. */
export function decoderOptions(config: Config, hasher: Hasher): DecoderOptions {
  const known = gatewayNames(config);
  readEach((config.sources.kafka?.topics ?? []).entries(), ([index, { gateway }]) => {
    if (gateway === 'auto' || known.includes(gateway)) return;
    throw new ConfigError(
      `sources.kafka.topics.${index}.gateway: there is no gateway ${gateway} (see \`overreach gateways\`)`,
    );
  });
  const { keys, patterns, entropy } = config.redaction;
  return {
    hasher,
    redaction: { keys, patterns, entropy },
    capture: config.capture,
    agents: config.agents,
    gateways: config.mappings.map((mapping) => fromMapping(mapping)),
  };
}
