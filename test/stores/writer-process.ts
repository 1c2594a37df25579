import { openChdb } from '../../src/stores/sql-store.ts';
import { OPTIONS, series } from './support.ts';

/** Writes ten events at a time to the folder it is given, and prints after each write how many are stored. To be killed. */
const store = await openChdb(process.argv[2]!, OPTIONS);
await store.migrate();
for (let next = await store.nextOffset({ source: 'http', partition: 0 }); ; next += 10) {
  await store.writeEvents(store.pack(series(next, next + 10)));
  process.stdout.write(`${next + 10}\n`);
}
