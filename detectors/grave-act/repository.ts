import { spaced } from '../../schemas/words.ts';
import type { leavesOf } from '../stats/leaves.ts';
import { perPair } from '../stats/per-pair.ts';
import { type Act, act } from './act.ts';
import { isData } from './carries-out.ts';
import { ownerIn } from './remotes.ts';

const PUTS_FILES =
  / (?:(?:create or update|create|update|put|upload|write|commit|push|edit) (?:\w+ )?(?:files?|contents?)|create commit|commit changes) $/;
const putsFiles = perPair((_server, tool) => PUTS_FILES.test(spaced(tool)));
const PATH = /(?:^|[._])(?:path|file_?(?:path|name)?|filename)$/i;

/** Files put into a repository of somebody (MITRE ATT&CK T1567.001): by itself no more than a first, of data it is more. */
export function putsInto(server: string, tool: string, args: unknown, leaves: ReturnType<typeof leavesOf>): Act | null {
  if (!putsFiles(server, tool)) return null;
  const host = ownerIn(server, args);
  if (host === '') return null;
  const data = leaves.some(([key, value]) => PATH.test(key) && typeof value === 'string' && isData(value));
  const said = leaves.map(([key, value]) => `${key.slice(-40)}=${String(value).slice(0, 60)}`).join(' ');
  return act('sends_out', data ? 'medium' : 'low', `${tool} ${said}`, { group: host, host });
}
