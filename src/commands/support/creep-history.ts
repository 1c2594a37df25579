import type { Config } from '../../../schemas/config.ts';
import { createCreepHistory } from '../../creep/history.ts';
import { loadGrants } from '../../grants/load.ts';
import type { Store } from '../../stores/store.ts';
import { loadCatalogues } from './files.ts';

const LIMITS = { maxRows: 1_000_000, maxSeconds: 300, maxBytes: 2 ** 30 };

/** The history of the creep index of what is configured; see createCreepHistory. */
export const openCreepHistory = (config: Config, store: Store, now: () => number): (() => Promise<number>) =>
  createCreepHistory({
    port: { query: async (sql, params) => (await store.query(sql, LIMITS, params)).rows },
    write: (days) => store.writeCreepDays(days),
    grants: async () => loadGrants(config.grants).file,
    catalogues: () => loadCatalogues(config.catalogue),
    now,
  });
