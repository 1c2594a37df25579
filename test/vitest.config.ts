import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/program.ts'],
    // chDB holds one data folder a process and about half a gigabyte: each file gets a process, two at a time.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine takes longer than a second for what is waited for.
    expect: { poll: { timeout: 30_000 } },
  },
});
