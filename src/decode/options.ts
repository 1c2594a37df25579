import type { Config } from '../../schemas/config.ts';
import type { Gateway } from '../../schemas/gateways/gateway.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { fromMapping } from '../../schemas/gateways/lib/mapping.ts';
import { ConfigError } from '../errors.ts';
import type { Hasher } from '../hash.ts';
import { readAll, readEach } from '../mistakes.ts';
import type { DecoderOptions } from './decode.ts';

type Formats = Pick<Config, 'mappings'>;

/** Names that may be asked for: ours, and those of the configuration's own mappings. */
export const gatewayNames = ({ mappings }: Formats): string[] => [...gateways, ...mappings].map(({ name }) => name);

/** The configuration's own. One by the name of another would be read, and spoken of, as the other. */
export const ownGateways = ({ mappings }: Formats): Gateway[] =>
  readEach(mappings.entries(), ([index, mapping]) => {
    if (gatewayNames({ mappings }).indexOf(mapping.name) < gateways.length + index)
      throw new ConfigError(
        `mappings.${index}.name: ${mapping.name} is the name of another gateway (see \`overreach gateways\`): choose one of its own`,
      );
    return fromMapping(mapping);
  });

/** What of the configuration decoding knows. A topic of a gateway that is not there would be read as any other. */
export function decoderOptions(config: Config, hasher: Hasher): DecoderOptions {
  const known = gatewayNames(config);
  const { own } = readAll({
    own: () => ownGateways(config),
    topics: () =>
      readEach((config.sources.kafka?.topics ?? []).entries(), ([index, { gateway }]) => {
        if (gateway === 'auto' || known.includes(gateway)) return;
        throw new ConfigError(
          `sources.kafka.topics.${index}.gateway: there is no gateway ${gateway} (see \`overreach gateways\`)`,
        );
      }),
  });
  const { keys, patterns, entropy } = config.redaction;
  return {
    hasher,
    redaction: { keys, patterns, entropy },
    capture: config.capture,
    agents: config.agents,
    gateways: own,
  };
}
