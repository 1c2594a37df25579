import { readTokens, refuseOpenDoor, type Token } from '../../api/access.ts';
import type { LoadedConfig } from '../../config.ts';
import type { Armed } from '../../engine/judge.ts';
import { arm } from '../../engine/rules.ts';
import { findGrants } from './grants-in-force.ts';
import { secretsOf } from './secrets.ts';

/** What a configuration means by itself, without a store or a broker. */
export interface Configured {
  secrets: ReturnType<typeof secretsOf>;
  tokens: readonly Token[];
  armed: readonly Armed[];
  foundGrants: ReturnType<typeof findGrants>;
}

/** Read before anything is opened; a mistake is a ConfigError with the path of the value. */
export function readConfigured(loaded: LoadedConfig): Configured {
  const { config, requireSecret } = loaded;
  const tokens = readTokens(config.http.tokens, requireSecret);
  refuseOpenDoor(config.http, tokens);
  const armed = arm(config.detectors);
  return { secrets: secretsOf(loaded), tokens, armed, foundGrants: findGrants(config.grants) };
}
