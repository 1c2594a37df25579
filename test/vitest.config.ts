import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Rooms without I/O need no process for each file: what they import is read once. */
const PURE = ['test/{decode,detectors,scope}/**/*.test.ts'];

/** The longest file first, or at the end one worker would wait for it alone; last those that share a process, in a row. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const turn = ({ moduleId, project }: TestSpecification): number =>
      moduleId.endsWith('kafka/faults.test.ts') ? 0 : project.name === 'pure' ? 2 : 1;
    return (await super.sort(files)).sort((a, b) => turn(a) - turn(b));
  }
}

export default defineConfig({
  test: {
    root: '.',
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'whole', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
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
