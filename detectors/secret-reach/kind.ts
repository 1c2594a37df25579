import type { PrivilegeClass } from '../../schemas/alert.ts';

/** Who reads secrets every day sets no credential by that, nor gives a right. */
export type SecretAct = 'reach secrets' | 'set credentials' | 'change identities';

const CREDENTIAL = /\/.*(?:passw(?:or[dt]|d)|credential|secret|mfa|totp|otp|2fa|api_?key|token)/i;
export const kindOf = (name: PrivilegeClass, tool: string): SecretAct =>
  name !== 'identity' ? 'reach secrets' : CREDENTIAL.test(tool) ? 'set credentials' : 'change identities';
