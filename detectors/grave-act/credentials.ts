import { spaced } from '../../schemas/words.ts';
import type { Act } from './act.ts';
import { gives } from './gives.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** Whoever talks a service desk into another factor or password for an administrator is one (MITRE ATT&CK T1098.005, T1556.006). */

const PROOF =
  / (?:mfa|2fa|otp|passwords?|authenticators?|(?:auth|authentication) (?:methods?|factors?)|factors?|access pass|passkeys?|recovery codes?) /;
const RENEWS =
  / (?:reset|register|issue|create|add|remove|delete|disable|generate|set|change|enroll|unenroll|deactivate|clear) /;
const WHO =
  /(?:^|[._])(?:upn|users?|user_?(?:name|id|principal_?name)|accounts?|account_?name|login|e?mail|principal|identity|sam_?account_?name|name)$/i;
/** Accounts that are named after what they are for. */
const ADMINISTRATOR =
  /^(?:[\w-]{1,40}[._-])?(?:adm|admin|admins|administrator|globaladmin|global-admin|root|superuser|superadmin|sysadmin|domainadmin|domain-admin|breakglass|break-glass|tier0|t0)(?:[._-][\w.-]{1,60})?(?:@|$)/i;

const fits = (_server: string, tool: string): boolean => PROOF.test(spaced(tool)) && RENEWS.test(spaced(tool));

function ofAdministrator({ tool, leaves }: Call): Act | null {
  const whom = leaves.find(
    ([key, value]) => WHO.test(key) && typeof value === 'string' && value.length < 200 && ADMINISTRATOR.test(value),
  )?.[1];
  return whom === undefined
    ? null
    : gives('medium', `${tool} ${saidIn(leaves)}`, 'credentials of an administrator', String(whom));
}

export const credentials: Reader = { fits, does: ofAdministrator };
