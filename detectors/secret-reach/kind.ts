import type { PrivilegeClass } from '../../schemas/alert.ts';

/**
 * Who reads secrets every day sets no credential by that, nor gives a right; and who sets passwords takes nobody's second
 * factor away, which is what an account is taken over by.
 */
export type SecretAct = 'reach secrets' | 'set credentials' | 'change second factors' | 'change identities';

const FACTOR = /\/.*(?:mfa|totp|otp|2fa|factors?(?![a-z])|authenticator)/i;
const CREDENTIAL = /\/.*(?:passw(?:or[dt]|d)|credential|secret|api_?key|token)/i;
export function kindOf(name: PrivilegeClass, tool: string): SecretAct {
  if (name !== 'identity') return 'reach secrets';
  if (FACTOR.test(tool)) return 'change second factors';
  return CREDENTIAL.test(tool) ? 'set credentials' : 'change identities';
}
