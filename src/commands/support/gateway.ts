import type { Config } from '../../../schemas/config.ts';
import { gatewayNames } from '../../decode/options.ts';
import { ConfigError } from '../../errors.ts';
import { nearest } from '../../nearest.ts';

/** A gateway to force: one of ours, a mapping of the configuration, or auto. */
export function checkGateway(name: string, config: Pick<Config, 'mappings'>): void {
  const known = gatewayNames(config);
  if (name === 'auto' || known.includes(name)) return;
  const meant = nearest(name, known);
  throw new ConfigError(
    `--gateway ${name}: no such gateway${meant === undefined ? '' : `; ${meant} is meant?`} (see \`overreach gateways\`)`,
  );
}
