import { type Act, act, isProduction, isThrowaway } from './act.ts';

/** What ends backups, versions, or the protection from being deleted (MITRE ATT&CK T1490). */
const ENDS = new Map<string, RegExp>([
  [
    'aws',
    /\s(?:--backup-retention-period[= ]\s*0\b|--no-deletion-protection\b|put-bucket-versioning\b.*Suspended|--no-termination-protection\b|--no-disable-api-termination\b|update-continuous-backups\b.*=false)/is,
  ],
  ['gcloud', /\s(?:--no-backup\b|--no-deletion-protection\b|--no-versioning\b|--clear-soft-delete\b)/],
  ['az', /\s(?:--enable-purge-protection[= ]false|--enable-soft-delete[= ]false|backup\s+protection\s+disable\b)/],
  ['vssadmin', /\sdelete\s+shadows\b|\sresize\s+shadowstorage\b/i],
  ['wbadmin', /\sdelete\s+(?:catalog|systemstatebackup)\b/i],
  ['bcdedit', /\srecoveryenabled\s+no\b/i],
  ['wmic', /\sshadowcopy\s+delete\b/i],
]);

export function endsRecovery(program: string, given: string): Act | null {
  if (ENDS.get(program)?.test(given) !== true || isThrowaway(given)) return null;
  return act('ends_recovery', isProduction(given) ? 'high' : 'medium', `${program}${given}`, {
    group: isProduction(given) ? 'production' : '',
  });
}
