import { withoutComments } from '../../schemas/sql-comments.ts';
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

const KEEPS_NOTHING =
  /\balter\s[^;]{1,400}?\b(?:data_retention_time_in_days\s{0,4}=\s{0,4}0\b|deletedFileRetentionDuration["']?\s{0,4}=\s{0,4}["']?(?:interval\s)?0\b)|\bvacuum\s[^;]{1,200}?\bretain\s+0\s+hours\b/i;
const LENGTH = 65_536;
/** The same said in SQL: of what was overwritten nothing is kept. */
export function sqlEndsRecovery(text: string): Act | null {
  const said = KEEPS_NOTHING.exec(withoutComments(text.slice(0, LENGTH)))?.[0];
  if (said === undefined || isThrowaway(said)) return null;
  return act('ends_recovery', isProduction(said) ? 'high' : 'medium', said);
}

/** What is kept in a bucket is gone after so few days. */
const LIFECYCLE = /\sput-bucket-lifecycle(?:-configuration)?\b/;
const EXPIRES_SOON = /\bExpiration["']?\s{0,8}[:=]\s{0,8}\{?[^}]{0,80}\bDays["']?\s{0,8}[:=]\s{0,8}[1-7]\b/;

/** `all`: the text that the command stands in. */
export function endsRecovery(program: string, given: string, all: string): Act | null {
  const soon = program === 'aws' && LIFECYCLE.test(given) && EXPIRES_SOON.test(all);
  if ((!soon && ENDS.get(program)?.test(given) !== true) || isThrowaway(given)) return null;
  return act('ends_recovery', isProduction(given) ? 'high' : 'medium', `${program}${given}`, {
    group: isProduction(given) ? 'production' : '',
  });
}
