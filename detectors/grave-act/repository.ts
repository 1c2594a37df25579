import { spaced } from '../../schemas/words.ts';
import { type Act, actWith } from './act.ts';
import { isData } from './carries-out.ts';
import { type Call, type Reader, saidIn } from './reader.ts';
import { ownerIn } from './remotes.ts';

const PUTS_FILES =
  / (?:(?:create or update|create|update|put|upload|write|commit|push|edit) (?:\w+ )?(?:files?|contents?)|create commit|commit changes) $/;
const PATH = /(?:^|[._])(?:path|file_?(?:path|name)?|filename)$/i;

/** Files put into a repository of somebody (MITRE ATT&CK T1567.001): by itself no more than a first, of data it is more. */
function putsInto({ server, tool, args, leaves }: Call): Act | null {
  const host = ownerIn(server, args);
  if (host === '') return null;
  const data = leaves.some(([key, value]) => PATH.test(key) && typeof value === 'string' && isData(value));
  const said = saidIn(leaves);
  return actWith('sends_out', data ? 'medium' : 'low', `${tool} ${said}`, host);
}

export const repositories: Reader = { fits: (_server, tool) => PUTS_FILES.test(spaced(tool)), does: putsInto };
