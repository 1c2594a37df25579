import type { Severity } from '../../schemas/alert.ts';
import { type Act, act } from './act.ts';

/** What a command gives by a pattern, how grave that is, and what it is called: else what stands in the pattern's parentheses. */
type Rule = readonly [pattern: RegExp, severity: Severity, what?: string];

/** Commands that give administration, or open something to everybody (MITRE ATT&CK T1098, T1548.001, T1578). */
const GIVES = new Map<string, readonly Rule[]>();
const put = (programs: string, ...rules: readonly Rule[]): void => {
  for (const program of programs.split(' ')) GIVES.set(program, rules);
};
put(
  'aws',
  [
    /\siam\s+attach-(?:user|role|group)-policy\b.*:policy\/(\w*AdministratorAccess|IAMFullAccess|PowerUserAccess)/s,
    'high',
  ],
  [/\siam\s+add-user-to-group\b.*--group-name[= ]\S*?(admin\w*|root|power\w*)/is, 'high'],
  [/\siam\s+(?:deactivate|delete-virtual)-mfa-device\b/, 'high', 'no second factor'],
  [/\siam\s+create-(?:access-key|login-profile|user)\b/, 'medium', 'an account or a key of it'],
  [/\sorganizations\s+(?:invite-account|leave-organization|detach-policy)\b/, 'medium', 'an account'],
  [/\ss3api\s+put-(?:bucket|object)-acl\b.*(public-read\w*|AllUsers|AuthenticatedUsers|authenticated-read)/s, 'high'],
  [/\ss3api\s+delete-public-access-block\b|\sput-public-access-block\b.*=false/is, 'high', 'public access'],
  [
    /\s(?:modify|reset)-(?:db-)?(?:cluster-)?(?:snapshot|image)-attribute\b.*(?:[\s="[]all\b|Group=all)/s,
    'high',
    'all accounts',
  ],
  [/\sadd-permission\b.*--principal[= ]["']?\*/s, 'high', 'everybody'],
  [/\s(?:modify|create)-db-(?:instance|cluster)\b.*\s--publicly-accessible\b/s, 'medium', 'the net'],
  [/\sauthorize-security-group-ingress\b(?!.*(?:--port[= ]|FromPort=)(?:80|443)\b).*(0\.0\.0\.0\/0|::\/0)/s, 'medium'],
);
put(
  'gcloud gsutil',
  [/\s(?:add-iam-policy-binding|iam\s+ch|acl\s+ch|add-member)\b.*(all(?:Authenticated)?Users)/s, 'high'],
  [/\sadd-iam-policy-binding\b.*roles\/(owner|iam\.\w*[aA]dmin|resourcemanager\.\w*[aA]dmin)\b/s, 'high'],
  [/\sadd-iam-policy-binding\b.*roles\/(editor|[\w.]*[aA]dmin)\b/s, 'medium'],
  [/\siam\s+service-accounts\s+keys\s+create\b/, 'medium', 'a key of an account'],
  [/\sfirewall-rules\s+create\b(?!.*tcp:(?:80|443)\b).*(0\.0\.0\.0\/0)/s, 'medium'],
);
put(
  'az',
  [/\srole\s+assignment\s+create\b.*--role[= ]["']?(Owner|User Access Administrator|Global Administrator)/s, 'high'],
  [/\srole\s+assignment\s+create\b.*--role[= ]["']?(Contributor|[\w ]*Admin\w*)/s, 'medium'],
  [/\sad\s+(?:sp|app)\s+(?:create-for-rbac|credential\s+reset)\b/, 'medium', 'a key of an account'],
);
put(
  'kubectl oc',
  [/\screate\s+clusterrolebinding\b.*--clusterrole[= ](cluster-admin|admin)\b/s, 'high'],
  [/\screate\s+rolebinding\b.*--(?:cluster)?role[= ](cluster-admin|admin)\b/s, 'medium'],
  [/\screate\s+(?:cluster)?rolebinding\b.*--group[= ](system:(?:un)?(?:authenticated|anonymous|masters))/s, 'high'],
  [/\sadm\s+policy\s+add-(?:cluster-)?role-to-\w+\s+(cluster-admin|admin)\b/, 'high'],
);
put('vault bao', [/\stoken\s+create\b.*-policy[= ]["']?(root|admin\w*)/s, 'high']);
put(
  'gh glab',
  [/^(?=.*\sapi\s)(?=.*\s(?:-X|--method)[\s=]{0,4}PUT\b).*\/collaborators\//s, 'medium', 'a repository'],
  [/\srepo\s+edit\b.*--visibility[= ](public)/s, 'high'],
  [/\srepo\s+deploy-key\s+add\b.*\s(?:--allow-write|-w)\b/s, 'medium', 'a key that writes'],
);
put(
  'useradd adduser usermod',
  [/\s(?:-\w*G|--groups)[= ]\S*\b(sudo|wheel|admin|root)\b/, 'high'],
  [/\s(?:-\w*u\s?|--uid[= ])0(?=\s|$)/, 'high', 'root'],
);
put('setcap', [
  /\s["']?\S{0,80}\b(cap_(?:setuid|setgid|sys_admin|dac_override|dac_read_search|sys_ptrace|sys_module))\b[\w,]{0,80}[=+]/,
  'high',
]);
put('adduser gpasswd', [/\s(?:-a\s+)?[\w.-]+\s+(sudo|wheel|admin|root)\s*$/, 'high']);
put('chmod', [
  /^(?=.*\s(?:[ugoa]{0,4}\+[rwx]{0,3}s[rwx]{0,3}|[0-7]?[4267][0-7]{3})\s).*\/(?:bin|sbin|tmp)\/(?:ba|z|da|k|fi)?(sh|python[\d.]*|perl|find|vim?|env|cp)\b/s,
  'high',
]);
put('net net1', [/\slocalgroup\s+["']?(administrators|domain admins)\b.*\/add\b/is, 'high']);
put('add-localgroupmember add-adgroupmember', [/\b((?:domain |enterprise )?admin(?:istrator)?s)\b/i, 'high']);

/** To whom, or to what. */
const WHOM =
  /--(?:user|role-name|group|member|assignee|serviceaccount|bucket|key|function|db-instance|db-snapshot|snapshot|image)(?:-(?:name|id|identifier|arn))?[= ]["']?([^\s"']+)|\/collaborators\/([\w.-]+)/g;
/** A policy of everything, or for everybody, written out: it stands beyond the command that is given it. */
const PUT_POLICY = /\b(put-[a-z]*-?policy|create-policy(?:-version)?|add-permission)\b/;
const FOR_ALL = /"?Principal"?\s{0,40}:\s{0,40}(?:"\*"|\{\s{0,40}"?AWS"?\s{0,40}:\s{0,40}\[?\s{0,40}"\*")/;
const DEPLOY_KEY = /\sapi\s.{0,200}\brepos\/[\w.-]{1,100}\/[\w.-]{1,100}\/keys(?=[\s"']|$)/s;
const OF_ALL = /"?Action"?\s{0,40}:\s{0,40}\[?\s{0,40}"(?:\*|iam:\*)"/;

/** What one command gives; `all` is the text that it stands in. */
export function givesBy(program: string, given: string, all: string): Act | null {
  const shows = `${program}${given}`;
  if (program === 'aws' && PUT_POLICY.test(given)) {
    const severity =
      FOR_ALL.test(all) && !/"?Condition"?\s*:/.test(all) ? 'everybody' : OF_ALL.test(all) ? 'everything' : '';
    if (severity !== '') return gives('high', all, severity, whomIn(given));
  }
  // The key itself is often the answer of a command in the middle of it.
  if (program === 'gh' && DEPLOY_KEY.test(given) && /\bread_only=false\b/.test(all))
    return gives('medium', all, 'a key that writes', '');
  for (const [pattern, severity, what] of GIVES.get(program) ?? []) {
    const found = pattern.exec(given);
    if (found !== null) return gives(severity, shows, what ?? found[1] ?? '', whomIn(given));
  }
  return null;
}

const whomIn = (given: string): string =>
  [...given.matchAll(WHOM)].map(([, one, other]) => one ?? other).join(' ') || (given.match(/[\w.@-]+\s*$/)?.[0] ?? '');

/** An act that gives `what` to `whom`: to somebody else it is another one. */
export const gives = (severity: Severity, shows: string, what: string, whom: string): Act =>
  act('gives_admin', severity, shows, { group: `${what.toLowerCase()} > ${whom.toLowerCase().slice(0, 80)}` });
