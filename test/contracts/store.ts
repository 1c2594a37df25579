import { afterAll, beforeAll } from 'vitest';
import type { Store } from '../../src/stores/store.ts';
import { storeAlerts } from './store-alerts.ts';
import { storeEvents } from './store-events.ts';
import { storeQueries } from './store-queries.ts';
import { storeState } from './store-state.ts';
import { storeViews } from './store-views.ts';

/** What every store does, whatever engine it stands on. One store for the whole suite: each test uses its own names. */
export function storeContract(setUp: () => Promise<{ store: Store; close(): Promise<void> }>): void {
  let under: Awaited<ReturnType<typeof setUp>>;

  beforeAll(async () => {
    under = await setUp();
    await under.store.migrate();
  });
  afterAll(async () => {
    await under.store.close();
    await under.close();
  });

  const store = (): Store => under.store;
  storeEvents(store);
  storeViews(store);
  storeState(store);
  storeAlerts(store);
  storeQueries(store);
}
