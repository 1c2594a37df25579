import type { PrivilegeClass } from '../../schemas/alert.ts';
import { isObject } from '../../schemas/object.ts';
import { piecesOf, programOf } from '../../schemas/shell.ts';
import { isOfDevelopment } from './development.ts';
import { unreached, withoutDumps } from './harmless.ts';
import { anyWord } from './words.ts';

/** What a command does beyond running, and its name. */
type Does = readonly [PrivilegeClass, string];

export const takesCommands = anyWord(/^(?:commands?|cmd|cli)$/);
const takesCode = anyWord(/^(?:commands?|cmd|cli|scripts?|shell|code|args|argv|arguments|input|run|steps?)$/);

/** The commands in the arguments, one in pieces put together, until they are longer than any honest call's. `runs`: whatever it is given is run, its steps too. */
export function commandsOf(args: Record<string, unknown> | undefined, runs: boolean): readonly string[] {
  const all = metIn(args, runs, 0);
  if (all.length < 2) return all;
  let left = MAX_ALL;
  return all.filter(({ length }) => {
    left -= length;
    return left > -MAX_LENGTH;
  });
}

function metIn(args: Record<string, unknown> | undefined, runs: boolean, depth: number): readonly string[] {
  const takes = runs ? takesCode : takesCommands;
  let found: string[] | null = null;
  for (const key in args) {
    const value = args[key];
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) continue;
    const steps = runs && depth < MAX_STEPS ? stepsIn(value) : NO_STEPS;
    const inner = steps.flatMap((step) => metIn(step, runs, depth + 1));
    if (inner.length > 0) found = [...(found ?? []), ...inner];
    if ((typeof value !== 'string' && !Array.isArray(value)) || !takes(key)) continue;
    const text = typeof value === 'string' ? value : joined(value, LISTS.test(key) ? '\n' : ' ');
    found ??= [];
    found.push(text.slice(0, MAX_LENGTH));
  }
  return found ?? NONE;
}

/** The pieces of a command as one text; what a shell is given to run is the command itself. */
function joined(pieces: readonly unknown[], by: string): string {
  const texts = pieces.filter((piece) => typeof piece === 'string');
  const [program = '', flag = '', script] = texts;
  return script !== undefined && /^(?:\S*\/)?(?:ba|z|da|k)?sh$/.test(program) && /^-\w*c$/.test(flag)
    ? script
    : texts.join(by);
}

/** Each of them is a command of its own. */
const LISTS = /^(?:steps?|scripts?)$/i;

/** The parameters, inputs or steps that a pipeline or a job is started with. */
function stepsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return NO_STEPS;
  const all = Array.isArray(value) ? value.slice(0, MANY_STEPS) : [value];
  return all.filter(isObject);
}
const NO_STEPS: Record<string, unknown>[] = [];
const MAX_STEPS = 3;
const MANY_STEPS = 64;
const NONE: readonly string[] = [];
const MAX_LENGTH = 16_384;
const MAX_ALL = 65_536;

/** The program that a server's commands are given to where they do not name it. */
const PROGRAMS: Readonly<Record<string, string>> = { aws: 'aws', azure: 'az', gcp: 'gcloud', kubernetes: 'kubectl' };

/** The strongest that is done by a text of commands, where it is more than to run. */
export function whatCommandsDo(text: string, product: string | undefined): Does | null {
  const found = strongestIn(text, product);
  if (found?.[0] !== 'secret') return found;
  const reached = unreached(text);
  const left = strongestIn(reached, product);
  if (left?.[0] !== 'secret' || !/env$/.test(left[1])) return left;
  return strongestIn(withoutDumps(reached), product)?.[0] === 'secret' ? left : ['secret', 'environment'];
}

function strongestIn(text: string, product: string | undefined): Does | null {
  let found: Does | null = null;
  for (const piece of piecesOf(text)) {
    const does = whatDoes(piece.text, PROGRAMS[product ?? '']);
    if (does?.[0] === 'identity') return does;
    if (does !== null && (found === null || found[1].endsWith(' of development'))) found = does;
  }
  return found;
}

function whatDoes(command: string, program: string | undefined): Does | null {
  const { program: first, given } = programOf(command);
  const named = DOES.get(first);
  const rules = named ?? (program === undefined ? undefined : DOES.get(program));
  const said = named === undefined ? ` ${command}` : given;
  const rule = rules?.find(([pattern]) => pattern.test(said));
  if (rule === undefined) return null;
  const name = named === undefined ? (program as string) : first;
  return [rule[1], rule[1] === 'secret' && isOfDevelopment(said) ? `${name} of development` : name];
}

type Rule = readonly [RegExp, PrivilegeClass];
const DOES = new Map<string, readonly Rule[]>();
const put = (programs: string, ...rules: readonly Rule[]): void => {
  for (const program of programs.split(' ')) DOES.set(program, rules);
};

put(
  'aws',
  [/\s(?:iam|sso-admin|organizations)\s+(?!get-|list-|simulate-|generate-|describe-|wait|help)[a-z]/, 'identity'],
  [
    /\s(?:put-bucket-policy|put-bucket-acl|put-key-policy|create-grant|add-permission|admin-(?:add|create|set|delete|disable|enable)-)/,
    'identity',
  ],
  [/\s(?:secretsmanager\s+(?!help)[a-z]|kms\s+decrypt|sts\s+(?:assume-role|get-session|get-federation))/, 'secret'],
  [
    /\sssm\s+get-parameter.*--with-decryption|\s(?:get-login-password|export-credentials|generate-db-auth-token)\b/s,
    'secret',
  ],
  // What a function is given in its environment, where that is asked for.
  [/\slambda\s+get-function(?:-configuration)?\s.*\bEnvironment\b/s, 'secret'],
);
put(
  'gcloud',
  [
    /\s(?:add|set|remove)-iam-policy|\siam\s+(?:service-accounts|roles|workload-identity-pools)\s+(?:keys\s+)?(?!list|describe)[a-z]/,
    'identity',
  ],
  [/\ssecrets\s+(?!list|describe|help)[a-z]|\sauth\s+(?:application-default\s+)?print-|\skms\s+decrypt/, 'secret'],
);
put(
  'az',
  [
    /\srole\s+(?:assignment|definition)\s+(?!list|show)[a-z]|\sad\s+\w+\s+(?!list|show)[a-z]|\skeyvault\s+set-policy/,
    'identity',
  ],
  [
    /\skeyvault\s+(?:secret|key|certificate)\s|\sget-access-token|\sappsettings\s+list\b|\scredential\s+show|\skeys\s+list/,
    'secret',
  ],
);
put(
  'kubectl oc',
  [
    /\s(?:create|apply|delete|edit|patch|replace|annotate|label)\s+(?:-\S+\s+)*(?:(?:cluster)?role(?:binding)?s?|serviceaccounts?|sa)(?:[\s/,]|$)|\sadm\s+policy|\scertificate\s+approve/,
    'identity',
  ],
  [
    /\s(?:get|describe|create|edit|delete|patch)\s+(?:-\S+\s+)*(?:[\w.,]*,)?secrets?(?:[\s/,]|$)|\sconfig\s+view\b.*--raw|\screate\s+token\s/s,
    'secret',
  ],
);
put(
  'vault bao',
  [/\s(?:policy\s+(?:write|delete)|auth\s+(?:enable|disable|tune)|token\s+create)/, 'identity'],
  [/\s(?:kv|read|write|list|delete|unwrap|login|token|operator|print)\b/, 'secret'],
);
put('op', [/\s(?:read|item|document|run|inject|user|vault)\b/, 'secret']);
put('bw', [/\s(?:get|list|export|unlock|create|edit)\b/, 'secret']);
put('pass gopass lpass', [/\s(?:show|insert|generate|edit|-c)\b/, 'secret']);
put('security', [/\s(?:find-\w+-password|dump-keychain|export)\b/, 'secret']);
put('secret-tool', [/\s(?:lookup|search|store)\b/, 'secret']);
put('gh glab', [/\s(?:auth\s+token|secret\s+\w|variable\s+get)|\sauth\s+status\b.*(?:-t\b|--show-token)/s, 'secret']);
put('git', [/\scredential\s+fill/, 'secret']);
put('gpg', [/--export-secret/, 'secret']);
put('sops', [/\s(?:-d|--decrypt|decrypt|edit|exec-env)\b/, 'secret']);
put('ansible-vault', [/\s(?:view|decrypt|edit)\b/, 'secret']);
put('doppler infisical', [/\s(?:secrets|run|export)\b/, 'secret']);
put('heroku', [/\sconfig(?::get)?(?:\s|$)/, 'secret'], [/\saccess:(?:add|remove|update)/, 'identity']);
// What keys begin with is looked for where somebody left them.
put('grep egrep fgrep rg ag ack', [
  /\b(?:AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abp]-|sk_live_|sk-ant-|AIza)|BEGIN [A-Z .*\\]{0,20}PRIVATE KEY/,
  'secret',
]);
// And whole homes and disks are searched for it, where a tree of one's own is work.
put('trufflehog gitleaks noseyparker kingfisher ggshield', [
  /\s(?:[\w-]{1,20}=|file:\/\/)?["']?(?:~|\$\{?HOME\}?|\/(?:home|Users)(?:\/[^\s/"']{1,60})?|\/root|\/)\/?["']?(?=[\s)]|$)/,
  'secret',
]);
put('printenv', [/^/, 'secret']);
// Alone it shows all; with more behind it, it sets them for a command.
put('env', [/^\s*(?:-0|--null)?\s*["']*(?:\)|$)/, 'secret']);
put('export declare', [/^\s+-(?:p|x)\s*["')]*$/, 'secret']);
put('mimikatz cmdkey', [/^/, 'secret']);
put('useradd adduser usermod userdel deluser groupadd groupmod groupdel gpasswd passwd chpasswd visudo vipw', [
  /^/,
  'identity',
]);
put('net net1', [/\s(?:user|localgroup|group)\s.*\/(?:add|delete|active)/is, 'identity']);
put('new-localuser add-localgroupmember new-aduser add-adgroupmember set-adaccountpassword', [/^/, 'identity']);
put('ssh-copy-id', [/^/, 'identity']);
