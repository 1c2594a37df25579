import { spaced } from '../../schemas/words.ts';
import { type Act, actWith } from './act.ts';
import { hostsIn, isNear } from './hosts.ts';
import type { Call, Reader } from './reader.ts';

const EXPORTS = / (?:export|unload|dump|back ?up|replicate|archive|copy|transfer|offload) /;
const TO =
  /(?:^|[._])(?:dest(?:ination)?|target|output|upload|sink|export|to|s3|gcs|blob)(?:_?(?:url|uri|path|bucket|address|location|store|storage))?$/i;

/** What a tool of an API exports to a place by its address (MITRE ATT&CK T1537); to the caller it goes without one. */
function exportsTo({ tool, leaves }: Call): Act | null {
  for (const [key, value] of leaves) {
    if (typeof value !== 'string' || !TO.test(key)) continue;
    const [host = ''] = hostsIn(value, 1);
    if (host !== '' && (!isNear(host) || isStore(value)))
      return actWith('sends_out', 'medium', `${tool} ${key}=${value}`, host);
  }
  return null;
}

/** A store of a cloud has a name without dots. */
const isStore = (address: string): boolean => /^(?:s3[an]?|gs|gcs|azure|wasbs?|abfss?):/i.test(address);

export const exporting: Reader = { fits: (_server, tool) => EXPORTS.test(spaced(tool)), does: exportsTo };
