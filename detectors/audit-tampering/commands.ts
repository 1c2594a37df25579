import { cut } from '../../schemas/cut.ts';
import { unspoken } from '../../schemas/shell.ts';
import { withoutComments } from '../../schemas/sql-comments.ts';
import { SENSOR } from './sensors.ts';

/** Commands and statements that end, thin or clear a trail of what was done, or a shell's history. */

/** By what they end or clear. Each is held against one line at a time. */
const COMMANDS = {
  cloud: [
    /\bcloudtrail\s+(?:stop-logging|delete-trail)\b/i,
    // What is left out of a trail is not in it: reads or writes, what manages the account, another region.
    /\bcloudtrail\s+put-event-selectors\b.{0,800}(?:IncludeManagementEvents["']?\s?[:=]\s?["']?false\b|ReadWriteType["']?\s?[:=]\s?["']?(?:Read|Write)Only\b)/i,
    /\bcloudtrail\s+update-trail\b.{0,400}\s--no-(?:is-multi-region-trail|include-global-service-events|enable-log-file-validation|is-organization-trail)\b/i,
    /\b(?:configservice\s+(?:stop-configuration-recorder|delete-(?:configuration-recorder|delivery-channel))|ec2\s+delete-flow-logs|securityhub\s+disable-security-hub|macie2\s+disable-macie|inspector2\s+disable|accessanalyzer\s+delete-analyzer)\b/i,
    /\bs3api\s+put-bucket-logging\b.{0,200}--bucket-logging-status[= ]["']?\{\s?\}/i,
    /\bguardduty\s+(?:delete-detector\b|update-detector\b.{0,200}--no-enable\b)/i,
    /\blogs\s+delete-log-(?:group|stream)\b/i,
    /\bgcloud\s+logging\s+(?:(?:sinks|buckets|logs)\s+delete\b|sinks\s+update\b.{0,200}--disabled\b)/i,
    /\baz\s+monitor\s+(?:diagnostic-settings|log-profiles|activity-log\s+alert|log-analytics\s+workspace)\s+delete\b/i,
    /\blogs\s+put-retention-policy\b.{0,200}--retention-in-days[= ]\s*[1-3]\b|\bgcloud\s+logging\s+buckets\s+update\b.{0,200}--retention-days[= ]\s*[1-3]\b/,
  ],
  sensors: [
    new RegExp(`\\bsystemctl\\s+(?:--now\\s+)?(?:stop|disable|mask|kill)\\s+(?:--now\\s+)?(?:systemd-)?${SENSOR}\\b`),
    new RegExp(`\\b(?:service\\s+${SENSOR}\\s+stop|p?kill(?:all)?\\s.{0,40}\\b${SENSOR})\\b`),
    new RegExp(
      `\\b(?:kubectl|oc)\\s.{0,100}\\b(?:delete|(?:scale|patch)\\b(?=.{0,300}(?:--replicas[= ]0\\b|\\breplicas["']?:\\s?0\\b|\\bnodeSelector\\b)))\\s.{0,100}\\b(?:daemonsets?|ds|deployments?|deploy|statefulsets?|sts)(?:\\.apps)?[\\s/](?:[^\\n;|&]{0,40}[\\s=])?${SENSOR}\\b`,
    ),
    new RegExp(`\\bhelm\\s.{0,80}\\b(?:uninstall|delete)\\s.{0,80}\\b${SENSOR}\\b`),
    new RegExp(
      `\\b(?:apt(?:-get)?|yum|dnf|zypper)\\s.{0,80}\\b(?:remove|purge|erase)\\s.{0,200}\\b${SENSOR}\\b|\\b(?:rpm\\s-e|dpkg\\s-[rP]|sc(?:\\.exe)?\\s(?:stop|delete)|Stop-Service|Set-Service)\\s.{0,80}\\b${SENSOR}\\b`,
      'i',
    ),
    /\bauditctl\s+-(?:e\s*0|D)\b/,
    /\bSet-MpPreference\b.{0,200}-Disable(?:RealtimeMonitoring|BehaviorMonitoring|ScriptScanning|IOAVProtection)\s+(?:\$true|1)\b/i,
  ],
  alerts: [/\bamtool\s+silence\s+add\b.{0,80}=~\s?["']?\.[*+]/],
  history: [
    /\bhistory\s+-c\b|\bunset\s+HISTFILE\b|\bHISTFILE=\/dev\/null\b|\bHIST(?:FILE)?SIZE=0\b|\bset\s+\+o\s+history\b/,
    /\b(?:rm|shred|truncate|unlink)\s.{0,120}\.(?:bash|zsh)_history\b|(?<![2&>])>\s*[~$\w{}/]{0,60}\/\.(?:bash|zsh)_history\b/,
  ],
  files: [
    /\b(?:rm|shred|truncate|unlink)\s.{0,200}\/var\/log\b|[^2&]>\s*\/var\/log\/|\.bash_history\b.{0,40}\/dev\/null\b/,
    /\bjournalctl\s.{0,80}--vacuum-/,
    /\bwevtutil\s+(?:cl|clear-log)\b|\bClear-EventLog\b|\bSet-AdminAuditLogConfig\b.{0,200}\$false\b/i,
    /\bcp\s+\/dev\/null\s+\S{0,20}\/var\/log\//,
    // What is old is cleared away by habit.
    /\bfind\s+\S{0,20}\/var\/log\b(?!.{0,400}\s-(?:[mca]time|[mca]min|newer)).{0,400}\s(?:-delete|-exec\s+(?:rm|shred|truncate))\b/,
  ],
  database: [
    /\b(?:log_statement|pgaudit\.log|general_log|audit_log\w{0,40})\s*(?:=|\bto\b)\s*'?(?:none|off|0|false)\b/i,
    /\b(?:delete\s+from|truncate(?:\s+table)?|drop\s+table(?:\s+if\s+exists)?|update)\s+["`[]?(?:[\w"`.[\]]{0,80}[._"`])?(?:audit|access|activity|security)_?(?:logs?|trail|events?|history)\b(?!.*\bwhere\s+\(?["`\w.]{1,60}(?:_at|time|date|day|ts|timestamp)["`]?\s*<)/i,
    /\b(?:delete\s+from|truncate(?:\s+table)?|update)\s+["`[]?audit\.(?!.*\bwhere\s+\(?["`\w.]{1,60}(?:_at|time|date|day|ts|timestamp)["`]?\s*<)/i,
    /\balter\s+table\s+\S{0,120}(?:audit|access|activity|security)_?(?:logs?|trail|events?|history)\S{0,40}\s[^;]{0,200}\b(?:data_retention_time_in_days|retention_period)\s{0,4}=\s{0,4}[0-3]\b/i,
    /\b(?:drop|disable)\s+(?:(?:server|database|unified)\s+)?audit\b|\bnoaudit\s+\w/i,
    /\balter\s+table\s+\S{0,120}(?:audit|access|activity|security)_?(?:logs?|trail|events?|history)\S{0,40}\s+rename\b|\b(?:drop|disable)\s+trigger\s+(?:if\s+exists\s+)?\S{0,80}audit/i,
  ],
  settings: [
    /\b(?:sed|perl|yq)\s+(?:-\S+\s+)*-\w*i\b.{0,400}\baudit[\w.-]{0,40}["']?\s*[:=]\s*["']?(?:false|off|disabled|none)\b/i,
    /\b(?:echo|printf)\s.{0,200}\baudit[\w.-]{0,40}["']?\s*[:=]\s*["']?(?:false|off|disabled|none)\b.{0,40}(?:>|\btee\b)(?!.{0,40}npmrc)/i,
  ],
} satisfies Record<string, readonly RegExp[]>;
const SORTS = Object.entries<readonly RegExp[]>(COMMANDS);
const LINES = 200;
const LINE_CHARS = 2_000;
const SHOWN = 120;

const sortOf = (line: string): string | undefined =>
  SORTS.find(([, commands]) => commands.some((command) => command.test(line)))?.[0];

/** The line of a command that does so, cut, and what sort of trail it is about; null where none does. */
export function tamperingLine(value: string): { line: string; sort: string } | null {
  if (value.length < 8) return null;
  const read = value.slice(0, LINES * LINE_CHARS);
  const plain = withoutComments(read, true);
  for (const text of plain === read ? [read] : [read, plain])
    for (const whole of text.split('\n', LINES)) {
      const line = whole.slice(0, LINE_CHARS);
      // Without the messages that it is given, too: `git commit -m "drop audit webhook"` drops none.
      const sort = sortOf(line) === undefined ? undefined : sortOf(unspoken(line));
      if (sort !== undefined) return { line: cut(line.trim(), SHOWN), sort };
    }
  return null;
}
