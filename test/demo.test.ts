import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { EVENTS_FILE, isFresh } from '../examples/make-demo.ts';
import { spawned } from './commands/support.ts';
import { PROGRAM, ROOT } from './support/program.ts';

describe('the recorded month', () => {
  it('is what its seed makes: `npm run demo:data` after a change', () => {
    expect(isFresh()).toBe(true);
  });

  it('stays small', () => {
    expect(statSync(EVENTS_FILE).size).toBeLessThanOrEqual(1_000_000);
  });
});

describe('overreach demo', () => {
  it('finds each planted story, with at most two alerts besides, and ends', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-demo-test-'));
    try {
      const args = [...PROGRAM, 'demo', '--exit', '--data', join(folder, 'data')];
      const env = { PATH: process.env.PATH, NO_COLOR: '1', OVERREACH_HASH_KEY: '0123456789abcdef'.repeat(4) };
      const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const [said, complaint, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      expect({ code, complaint }).toEqual({ code: 0, complaint: '' });
      // The commands that come next, in the same shell, open the record under that key alone.
      expect(await readdir(join(folder, 'data'))).not.toContain('hash.key');
      expect(said.match(/^✓ found/gm)).toHaveLength(5);
      expect(said).not.toContain('✗ missed');
      expect(said.match(/^[A-Z][a-z]{2} \d\d [A-Z][a-z]{2} +\d+ ▪/gm)).toHaveLength(30);
      const [, all] = /^(\d+) alerts in all/m.exec(said)!;
      expect(Number(all)).toBeLessThanOrEqual(5 + 2);
      expect(said).toContain('SQL to try');
      expect(said).toMatch(/^code-reviewer +github +merge_pull_request/m);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('leaves no record behind where it cannot start', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-demo-test-'));
    const taken = createServer().listen(0, '127.0.0.1');
    try {
      await once(taken, 'listening');
      const port = String((taken.address() as AddressInfo).port);
      const { code, err } = await spawned(['demo', '--exit', '--port', port], { TMPDIR: folder });
      expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining(`${port} on 127.0.0.1 is taken`) });
      // What loads the source keeps a folder of its own there.
      expect((await readdir(folder)).filter((name) => name.startsWith('overreach'))).toEqual([]);
    } finally {
      taken.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('writes into no record that is there', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-demo-test-'));
    try {
      await writeFile(join(folder, 'hash.key'), 'of a record');
      const { code, out, err } = await spawned(['demo', '--exit', '--data', folder]);
      expect({ code, out, err }).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining(`${folder}: is not empty`),
      });
      expect(await readdir(folder)).toEqual(['hash.key']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
