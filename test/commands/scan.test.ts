import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../kafka/support.ts';
import { call } from './support.ts';

describe('scan of a pipe', () => {
  it('judges what came, though more may come', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    const file = join(folder, 'judged.jsonl');
    const judged = (): number => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'scan', '--judged', file, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      const ended = once(child, 'exit');
      for (const come of [1, 2, 3]) {
        child.stdin.write(`${JSON.stringify(call(come))}\n`);
        await until(`${come} are judged`, () => judged() === come);
      }
      child.stdin.end();
      expect((await ended)[0]).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});
