import { expect, it } from 'vitest';
import { grantsFileSchema } from '../../schemas/grant.ts';
import { createRuleBook } from '../../src/commands/support/rule-book.ts';
import { adoptFor } from '../../src/pipeline/journal.ts';
import { takeOver } from '../../src/pipeline/partitions.ts';
import { migratedStore, NOW, series } from '../stores/support.ts';

it('what was put in force past the last row that was stored is in force, and in the journal, from there', async () => {
  const { store, remove } = await migratedStore();
  try {
    const rules = createRuleBook({ store, now: () => NOW });
    const setGrants = async (id: string): Promise<string> => {
      await rules.setGrants(grantsFileSchema.parse({ grants: [{ id, agents: ['*'] }] }));
      return rules.book.current.grants!;
    };
    const journal = async () =>
      (await store.adoptions('http/0', 0, 0)).map(({ fromOffset, version }) => [fromOffset, version]);

    // Rows 5 to 9, and all that came under the second grants, were lost with the process.
    await store.writeEvents(store.pack(series(0, 5)));
    const first = await setGrants('first');
    await store.writeAdoption({ partition: 'http/0', kind: 'grants', version: first, fromOffset: 0, epoch: 0 });
    const second = await setGrants('second');
    await store.writeAdoption({ partition: 'http/0', kind: 'grants', version: second, fromOffset: 10, epoch: 0 });

    const assignment = { source: 'http', partition: 0, generation: 1, seek: () => {} };
    const options = {
      store,
      book: rules.book,
      dedupeWindow: 100,
      storeIsLog: true,
      now: () => NOW,
      refolded: async () => {},
    };
    const { held } = await takeOver(assignment, options);
    await adoptFor(held, 5, rules.book, store);
    expect(await journal()).toEqual([
      [0, first],
      [5, second],
      [10, second],
    ]);

    // Nor does it come back into force where other grants stand since.
    held.partition.pass(6);
    const third = await setGrants('third');
    await adoptFor(held, 7, rules.book, store);
    held.partition.pass(9);
    await adoptFor(held, 10, rules.book, store);
    expect(held.versions.grants).toBe(third);
    expect(await journal()).toEqual([
      [0, first],
      [5, second],
      [7, third],
      [10, third],
    ]);
  } finally {
    await remove();
  }
});
