import { spaced } from '../../schemas/words.ts';
import type { Act } from './act.ts';
import { fromNet, isInstaller } from './from-net.ts';
import { hostsIn } from './hosts.ts';
import { isPublic } from './public.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** What a tool puts on a machine or a device from an address that it is given (MITRE ATT&CK T1105). */

const INSTALLS =
  / (?:install|flash|sideload|side load|firmware|upgrade)(?:ed|s)? | (?:push|deploy|add|load|update|upload) (?:\w+ )?(?:firmware|packages?|extensions?|plugins?|add ?ons?|images?|agents?|drivers?|modules?) /;
const FROM =
  /(?:^|[._])(?:url|uri|source|src|source_?url|image|package|location|download|file|from|repo(?:sitory)?|registry)(?:_?ur[il])?$/i;

function fromAddress({ tool, leaves }: Call): Act | null {
  for (const [key, value] of leaves) {
    if (typeof value !== 'string' || !FROM.test(key) || !/^https?:\/\//i.test(value)) continue;
    const [host = ''] = hostsIn(value, 1);
    if (host !== '' && !isPublic(host) && !isInstaller(host)) return fromNet(value, `${tool} ${saidIn(leaves)}`);
  }
  return null;
}

export const installing: Reader = { fits: (_server, tool) => INSTALLS.test(spaced(tool)), does: fromAddress };
