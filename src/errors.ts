/** A mistake of who configures or calls: one clear line, no stack, exit code 2. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
