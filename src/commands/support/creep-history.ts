import type { Config } from '../../../schemas/config.ts';
import { createCreepHistory } from '../../creep/history.ts';
import { grantsOf } from '../../grants/versions.ts';
import type { Store } from '../../stores/store.ts';
import { loadCatalogues } from './files.ts';

const LIMITS = { maxRows: 1_000_000, maxSeconds: 300, maxBytes: 2 ** 30 };

/** The history of the creep index of what is configured; see createCreepHistory. */
export const openCreepHistory = (config: Config, store: Store, now: () => number): (() => Promise<number>) => {
  const port = {
    query: async (sql: string, params: Record<string, unknown>) => (await store.query(sql, LIMITS, params)).rows,
  };
  return createCreepHistory({
    port,
    write: (days) => store.writeCreepDays(days),
    grants: () => grantsOf([], port),
    catalogues: () => loadCatalogues(config.catalogue),
    now,
  });
};
