import { writeFileSync } from 'node:fs';
import { documents } from '../../src/commands/support/documents.ts';

for (const [path, text] of Object.entries(documents())) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), text);
  process.stdout.write(`${path}\n`);
}
