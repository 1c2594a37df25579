import { type Act, actWith } from './act.ts';
import { isInstaller } from './from-net.ts';
import { hostsIn, isBare, isNear } from './hosts.ts';
import { isPublic } from './public.ts';

/** What a step calls, or fetches, as far as its line goes. */
const CALLS =
  /(?<![\w./-])(?:(?:curl|wget|aria2c|nc|ncat|iwr|irm|invoke-webrequest|invoke-restmethod)\s|(?:urlopen|requests\.(?:get|post|put)|fetch|axios\.(?:get|post))\(|remote:\s)[^\n]{1,500}/gi;
const MOST = 128;
const CHARS = 65_536;
const REMARK = /^[ \t]*#[^\n]*$/gm;
const GOES_ON = /\\\r?\n[ \t]*/g;
/** What is told to the one that is called: other addresses may stand in it. */
const TELLS =
  /\s(?:-d|--data(?:-\w{1,10})?|-H|--header|-b|--cookie|-e|--referer|-A|--user-agent)[= ]?\s{0,4}(?:"(?:[^"\\]|\\.){0,400}"|'[^']{0,400}')/g;
/** Where it is let in it has an account, and what it keeps under a name is a part of its build: both are its own work. */
const LET_IN = /\bauthorization: \w{1,20} \$|\s(?:-u|--user)[= ]\s{0,4}["']?[\w.@-]{0,80}\$|\s--oauth2-bearer[= ]/i;
const KEEPS =
  /\s(?:-\w{0,9}[oO]|--output|--output-document|--remote-name|-OutFile)(?:[= ]\s{0,4}["']?(?!\/dev\/null|-["']?\s)|$)/;
const GIVES = /\s(?:-\w{0,9}[dFT]|--data[\w-]{0,12}|--json|--form|--upload-file|--post-\w{4}|-Body|-InFile)[= "'@]/;
const BY_NAME =
  /^(?:curl|wget)\s(?:-[a-z-]{0,20}\s){0,8}["']?((?:[a-z\d-]{1,63}\.){1,6}[a-z]{2,24})(?=[/:?"'\s}\]]|$)/i;
const BY_PORT = /^(?:nc|ncat)\s(?:-\S{1,20}\s(?:\d{1,6}\s)?){0,8}((?:[\w-]{1,63}\.){1,6}[\w-]{1,63})\s\d/i;

/**
 * A step of a pipeline that calls somebody of whom nobody knows, again and again, though it runs nothing of what comes
 * (MITRE ATT&CK T1053, T1567).
 */
export function callsStranger(text: string): Act | null {
  const plain = text.slice(0, CHARS).replace(REMARK, '').replace(GOES_ON, ' ');
  for (const [line] of [...plain.matchAll(CALLS)].slice(0, MOST)) {
    if (LET_IN.test(line) || (KEEPS.test(line) && !GIVES.test(line))) continue;
    const host = hostsCalled(line.replace(TELLS, ' ')).find(
      (one) => !isNear(one) && !isPublic(one) && !isInstaller(one),
    );
    if (host !== undefined) return actWith('persists', isBare(host) ? 'high' : 'medium', line, host);
  }
  return null;
}

function hostsCalled(line: string): string[] {
  if (line.includes('://')) return hostsIn(line);
  const [, host] = BY_NAME.exec(line) ?? BY_PORT.exec(line) ?? [];
  return host === undefined ? [] : [host.toLowerCase()];
}
