import { spaced } from '../../schemas/words.ts';
import { textsIn } from '../stats/leaves.ts';
import type { Act } from './act.ts';
import { callsStranger } from './ci-calls.ts';
import type { Call, Reader } from './reader.ts';

const SETS =
  / (?:create|add|set|update|edit|schedule|register|put|new) (?:\w+ ){0,2}?(?:cron ?jobs?|crons?|jobs?|tasks?|schedules?|timers?|triggers?) /;
const BY_CLOCK =
  /(?:^|[._])(?:cron|schedule|interval|every|rate|recurrence|frequency|repeat)(?:[._]?(?:expression|spec|cron|minutes|seconds|hours))?$/i;

/** What a clock starts again and again, and calls somebody of whom nobody knows (MITRE ATT&CK T1053). */
function startsCalls({ leaves }: Call): Act | null {
  if (!leaves.some(([key]) => BY_CLOCK.test(key))) return null;
  return callsStranger(leaves.map(([, value]) => textsIn(value).join(' ')).join('\n'));
}

export const jobs: Reader = { fits: (_server, tool) => SETS.test(spaced(tool)), does: startsCalls };
