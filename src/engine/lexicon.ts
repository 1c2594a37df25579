import { classRank, type PrivilegeClass } from '../../schemas/alert.ts';
import { AUTOMATION_PAIRS, AUTOMATIONS, endDecides, SETS_UP } from './things.ts';

/** What a tool's name says of it in plain English and the usual words of APIs. Base forms: `deleted_items` deletes nothing. */
const VERBS: Partial<Record<PrivilegeClass, string>> = {
  discover: 'discover ping health healthcheck whoami help capabilities introspect',
  read: 'get list read search find fetch query view show describe lookup look check browse count download export inspect explain preview retrieve select scan status summarize summarise analyze analyse compare diff calculate compute think validate verify peek tail watch monitor resolve estimate translate history details info log logs stats total top tree whois open navigate access see load ask crawl scrape extract recall screenshot snapshot suggest recommend measure test lint parse convert render',
  write:
    'create update delete remove add set put post patch write edit insert upsert modify change rename move copy send reply forward post comment close reopen merge push pull commit clone fork upload save store submit publish archive restore drop truncate purge clear reset book cancel reschedule schedule pay transfer refund order buy purchase checkout invite assign unassign label tag star unstar subscribe unsubscribe approve reject accept decline import sync mark toggle append replace apply scale pin unpin react upvote vote join leave register unregister attach detach link unlink input click type fill drag press notify email message tweet share unshare make new mkdir touch generate draft transition escalate resolve_incident follow unfollow block unblock mute unmute log_work login logout sign checkin return exchange withdraw deposit claim redeem enroll start_draft lock unlock erase wipe overwrite provision configure bulk batch increment decrement remember forget record annotate',
  execute:
    'execute exec run eval evaluate invoke trigger deploy build rebuild launch spawn start stop restart kill terminate shell bash command script install uninstall rollback dispatch replay rerun shutdown reboot compile',
  identity: 'impersonate authorize authorise sudo elevate grant revoke',
};

/** Two words that are one noun, so that neither is taken for a verb. */
const NOUNS = new Set(
  'pull request,merge request,change request,code review,build log,test result,test results,run log,commit log,work log,log in'.split(
    ',',
  ),
);

/** Things that are secret in themselves: whatever handles them is class secret. */
const SECRETS = new Set([
  'secret',
  'secrets',
  'credential',
  'credentials',
  'password',
  'passwords',
  'passwd',
  'passphrase',
  'apikey',
  'apikeys',
  'keyvault',
  'otp',
  'totp',
  'keychain',
  'keystore',
  'privatekey',
]);
const SECRET_PAIRS = new Set([
  'api key',
  'api keys',
  'private key',
  'private keys',
  'access token',
  'access tokens',
  'auth token',
  'refresh token',
  'bearer token',
  'api token',
  'api tokens',
  'session token',
  'env vars',
  'environment variables',
  'key vault',
  'signing key',
  'encryption key',
  'service account key',
]);

/** Things that decide who may do what: to change one is class identity. */
const IDENTITIES = new Set([
  'role',
  'roles',
  'permission',
  'permissions',
  'privilege',
  'privileges',
  'acl',
  'rbac',
  'iam',
  'mfa',
  'collaborator',
  'collaborators',
  'ownership',
  'password',
  'passwords',
  'rolebinding',
  'entitlement',
  'entitlements',
  'admin',
  'admins',
  'sudoers',
]);
const IDENTITY_PAIRS = new Set([
  'ssh key',
  'ssh keys',
  'access key',
  'access keys',
  'service account',
  'service accounts',
  'deploy key',
  'group member',
  'group members',
  'team member',
  'team members',
  'service principal',
  'oauth client',
  'oauth app',
]);
/** Making, ending or moving an account; a change to its profile is a plain write. */
const USER_VERBS = new Set([
  'create',
  'delete',
  'remove',
  'add',
  'invite',
  'disable',
  'enable',
  'activate',
  'deactivate',
  'suspend',
  'unsuspend',
  'unlock',
  'provision',
  'deprovision',
  'assign',
  'promote',
  'reset',
]);
const USERS = new Set(['user', 'users', 'member', 'members', 'group', 'groups', 'tenant', 'realm']);

const verbs = new Map<string, PrivilegeClass>();
for (const name of ['identity', 'execute', 'write', 'read', 'discover'] as const)
  for (const verb of (VERBS[name] ?? '').split(' ')) if (!verbs.has(verb)) verbs.set(verb, name);
for (const verb of 'disable enable activate deactivate suspend unsuspend promote demote deprovision'.split(' '))
  verbs.set(verb, 'write');

/** What is granted to a customer or a colleague and lets nobody do more: a plain write. */
const BENEFITS = new Set(
  'voucher vouchers coupon coupons discount discounts refund refunds credit credits bonus reward rewards points leave vacation extension rebate'.split(
    ' ',
  ),
);

export interface Reading {
  class: PrivilegeClass;
  /** The word that said so, e.g. `delete`, or `read+secret`. */
  word: string;
}

/** The class a name suggests, or null where no word of it is known. */
export function readName(words: readonly string[]): Reading | null {
  const verb = lastVerb(words) ?? firstVerb(words);
  const secret = about(words, SECRETS, SECRET_PAIRS);
  if (verb === null) return secret === null ? null : { class: 'secret', word: secret };
  if (verb.class === 'identity' && words.some((word) => BENEFITS.has(word))) return { ...verb, class: 'write' };
  if (classRank(verb.class) >= classRank('write')) {
    const thing =
      about(words, IDENTITIES, IDENTITY_PAIRS) ??
      (USER_VERBS.has(verb.word) ? words.find((word) => USERS.has(word)) : undefined);
    if (thing !== undefined && thing !== null) return { class: 'identity', word: `${verb.word}+${thing}` };
    const automation = SETS_UP.has(verb.word) ? about(words, AUTOMATIONS, AUTOMATION_PAIRS) : null;
    if (automation !== null && secret === null) return { class: 'execute', word: `${verb.word}+${automation}` };
  }
  return secret === null || verb.class === 'identity' ? verb : { class: 'secret', word: `${verb.word}+${secret}` };
}

/** `thing.verb`: where the name begins with a thing that could be a verb and ends with a verb, the end decides. */
function lastVerb(words: readonly string[]): Reading | null {
  const last = words.at(-1) ?? '';
  if (words.length < 2 || !endDecides(words[0]!, last)) return null;
  return { class: verbs.get(last)!, word: last };
}

/** The first verb decides; where `and` or `or` joins further ones, the strongest. */
function firstVerb(words: readonly string[]): Reading | null {
  let found: Reading | null = null;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (NOUNS.has(`${word} ${words[i + 1] ?? ''}`)) {
      i++;
      continue;
    }
    const name = verbs.get(word);
    if (name === undefined) continue;
    const joined = words[i - 1] === 'and' || words[i - 1] === 'or';
    if (found === null || (joined && classRank(name) > classRank(found.class))) found = { class: name, word };
  }
  return found;
}

function about(words: readonly string[], single: ReadonlySet<string>, pairs: ReadonlySet<string>): string | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (single.has(word)) return word;
    const pair = `${word} ${words[i + 1] ?? ''}`;
    if (pairs.has(pair)) return pair;
  }
  return null;
}
