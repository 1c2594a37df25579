import { expect } from 'vitest';
import { graveAct } from '../../detectors/grave-act.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

export type Call = Pick<Told, 'server' | 'tool' | 'args' | 'user'>;
export const shell = (command: string): Call => ({ server: 'terminal', tool: 'execute_command', args: { command } });

/** Five days of ordinary work, fifteen calls each, the first of them as given; then what grave-act opens of a call on a day. */
export function worked(more: readonly Call[] = []): (call: Call, day: number) => Alert[] {
  const run = createRun([graveAct]);
  const opened = (call: Call, day: number): Alert[] =>
    run.send({ at: MONDAY + day * DAY, ...call }).alerts.filter(({ stage }) => stage !== 'close');
  for (let i = 0; i < 75; i += 1) expect(opened(more[i] ?? shell(`npm test -- --shard ${i}`), i / 15)).toEqual([]);
  return opened;
}

/** What it opens of a call two days after such work. */
export const tell = (call: Call): Alert[] => worked()(call, 7);
