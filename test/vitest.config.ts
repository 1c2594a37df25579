import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest file first: at the end one worker would wait for it alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('kafka/faults.test.ts');
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    root: '.',
    include: ['test/**/*.test.ts'],
    sequence: { sequencer: LongestFirst },
    // chDB holds one data folder a process and about half a gigabyte: each file gets a process, two at a time.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine takes longer than a second for what is waited for.
    expect: { poll: { timeout: 30_000 } },
  },
});
