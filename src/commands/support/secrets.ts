import type { LoadedConfig } from '../../config.ts';
import { readAll } from '../../mistakes.ts';

/** The passwords that the configuration names: a missing one is said with the place that names it. */
export function secretsOf({ config: { store, sources }, requireSecret }: LoadedConfig): {
  store?: string | undefined;
  kafka?: string | undefined;
  registry?: string | undefined;
} {
  const named = (path: string, variable: string | undefined): string | undefined =>
    variable === undefined ? undefined : requireSecret(variable, path);
  const { sasl, schema_registry: registry } = sources.kafka ?? {};
  return readAll({
    store: () => named('store.password_env', store.kind === 'clickhouse' ? store.password_env : undefined),
    kafka: () => named('sources.kafka.sasl.password_env', sasl?.password_env),
    registry: () => named('sources.kafka.schema_registry.password_env', registry?.password_env),
  });
}
