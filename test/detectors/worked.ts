import { expect } from 'vitest';
import type { Act } from '../../detectors/grave-act/act.ts';
import { actOf } from '../../detectors/grave-act/act-of.ts';
import { graveAct } from '../../detectors/grave-act.ts';
import type { Alert, PrivilegeClass } from '../../schemas/alert.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';

export type Call = Pick<Told, 'server' | 'tool' | 'args' | 'user'>;
export const shell = (command: string): Call => ({ server: 'terminal', tool: 'execute_command', args: { command } });
export const sql = (text: string, server = 'postgres'): Call => ({ server, tool: 'execute_sql', args: { sql: text } });
export const file = (path: string, content: string): Call => ({
  server: 'filesystem',
  tool: 'write_file',
  args: { path, content },
});

/** What the text of a call shows by itself, whoever makes it. */
export const shownBy = (
  { server, tool, args }: Call,
  name: PrivilegeClass = 'write',
  agent: { id: string; name?: string } = { id: 'agent' },
): Act | null =>
  actOf({ event: { body: { agent, server: { id: server }, target: { name: tool }, args } }, class: name } as never);

/** The same as tests say it: `destroys high`. */
export const saidOf = (...call: Parameters<typeof shownBy>): string => {
  const act = shownBy(...call);
  return act === null ? 'nothing' : `${act.kind} ${act.severity}`;
};

/** Five days of ordinary work, fifteen calls each, the first of them as given; then what grave-act opens of a call on a day. */
export function worked(more: readonly Call[] = []): (call: Call, day: number) => Alert[] {
  const run = createRun([graveAct]);
  const opened = (call: Call, day: number): Alert[] => run.news({ at: MONDAY + day * DAY, ...call });
  for (let i = 0; i < 75; i += 1) expect(opened(more[i] ?? shell(`npm test -- --shard ${i}`), i / 15)).toEqual([]);
  return opened;
}

/** What it opens of a call two days after such work. */
export const tell = (call: Call): Alert[] => worked()(call, 7);
