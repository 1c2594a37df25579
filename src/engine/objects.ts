import { sharedBy } from './sharing.ts';
import { wordSet } from './words.ts';

/** Things that are secret in themselves: whatever handles them is class secret. */
const SECRETS = wordSet(
  'secret secrets credential credentials password passwords passwd passphrase apikey apikeys keyvault otp totp keychain keystore privatekey kubeconfig printenv',
);
const SECRET_PAIRS = wordSet(
  'api key,api keys,private key,private keys,access token,access tokens,auth token,refresh token,bearer token,api token,api tokens,session token,env var,env vars,environment variable,environment variables,connection string,connection strings,connection uri,key vault,signing key,encryption key,service account key,provisioning key,provisioning keys,enrollment key,enrollment keys,enrollment token,enrollment tokens,registration token,registration tokens,access pass,temporary password,runner token,runner tokens,deploy token,deploy tokens,join token,join tokens,bot token,recovery key,recovery keys,recovery code,recovery codes,backup codes,pre shared key,preshared key,ci variable,ci variables,cicd variable,cicd variables,get env,read env,print env,show env,dump env,list env,set env,env file,dump environment,print environment,session cookie,session cookies,auth cookie,auth cookies,get cookie,get cookies,read cookies,list cookies,dump cookies,export cookies,set cookie,set cookies,cookie get,cookies get,cookie set,cookies set,cookie list,cookies list',
  ',',
);

/** Things that decide who may do what: to change one is class identity. */
const IDENTITIES = wordSet(
  'role roles permission permissions privilege privileges acl rbac iam mfa 2fa tfa ownership rolebinding entitlement entitlements sudoers sso saml scim oidc',
);
const IDENTITY_PAIRS = wordSet(
  'ssh key,ssh keys,access key,access keys,service account,service accounts,deploy key,group member,group members,team member,team members,project member,project members,org member,org members,organization member,organization members,org owner,org owners,organization owner,organization owners,transfer repository,transfer repo,transfer project,transfer organization,workspace member,workspace members,access request,access requests,access level,access levels,service principal,inline policy,access policy,access list,bucket policy,iam policy,iam policies,iam binding,policy binding,role policy,user policy,trust policy,branch protection,protect branch,unprotect branch,branch protect,branch unprotect,protected branch,protected branches,conditional access,identity provider,client grant,application grant,oauth client,oauth app,oauth application,shared link,shared links,sharing link,sharing links,shareable link,public link,public access,sharing policy,security group,security groups,firewall rule,firewall rules,firewall policy,firewall policies,network policy,trusted origin,trusted origins,repository ruleset,branch ruleset,workspace owner,workspace owners,authority limit,authority limits,approval limit,approval limits,approval authority,signing authority',
  ',',
);
/** Making, ending or moving an account; a change to its profile is a plain write. */
const USER_VERBS = wordSet(
  'create delete remove add invite disable enable activate deactivate suspend unsuspend unlock provision deprovision assign promote reset',
);
const USERS = wordSet('user users member members tenant realm');
const GROUPS = wordSet('group groups');
const RANKS = wordSet('admin admins collaborator collaborators delegate delegates signatory signatories');
const PASSWORDS = wordSet('password passwords passcode passcodes');
/** By what somebody shows who they are. A factor of anything else is no such thing: `reset_scale_factor`. */
const PROOFS = wordSet('factor factors authenticator authenticators passkey passkeys');
const PROOF_VERBS = wordSet('enroll unenroll register unregister reset activate deactivate add delete remove');
/** To store or make up a password changes nobody's. */
const PASSWORD_VERBS = wordSet('reset change set update expire remove delete');

/** What may stand before `group` where it is one of people: a log group, a replication group is none. */
const DIRECTORIES = wordSet(
  'auth authentication mfa user users org organization organisation team directory entra azure google workspace okta iam security permission access member admin role tenant',
);
const JOINS = wordSet('to from in into on with for and or as at via of by');
/** What may follow a person's word so that it is still people that are spoken of: `user_account`, never `user_story`. */
const TAILS = wordSet(
  'account accounts login logins access membership memberships role roles right rights permission permissions token tokens key keys session sessions owner owners member members user users group groups admin admins tenant tool bulk batch async id ids v1 v2 v3',
);
/** What people are put to, and may do no more by it. */
const WORK = wordSet(
  'card cards task tasks issue issues ticket tickets event events meeting meetings incident incidents case cases lead leads deal deals campaign campaigns conversation conversations chat chats thread threads message messages note notes list lists story stories todo',
);

/** The secret thing that a name speaks of, or null. */
export const secretIn = (words: readonly string[]): string | null => about(words, SECRETS, SECRET_PAIRS);

/** A token made anew is told: of reading one, or of making one up, so little can be said, as many a token is no secret. */
export const renews = (verb = '', last = ''): string | null =>
  RENEWALS.has(verb) && (last === 'token' || last === 'tokens') ? last : null;
const RENEWALS = wordSet('reset rotate regenerate reissue');

/** A key taken out of where it is kept; of several it is as often what texts are found by. */
export const takesOut = (verb = '', last = ''): string | null => (last === 'key' && EXPORTS.has(verb) ? last : null);
const EXPORTS = wordSet('export extract reveal');

/** What decides who may do what, where a name says that it is changed; else null. */
export function identityIn(words: readonly string[], verb: string): string | null {
  const thing = about(words, IDENTITIES, IDENTITY_PAIRS);
  if (thing !== null) return thing;
  const shared = sharedBy(words, verb);
  if (shared !== null) return shared;
  return (
    words.find(
      (word, at) =>
        (PASSWORDS.has(word) && PASSWORD_VERBS.has(verb)) ||
        (RANKS.has(word) && isObject(words, at, verb)) ||
        (PROOFS.has(word) && PROOF_VERBS.has(verb) && isOfPeople(words, at)) ||
        (USER_VERBS.has(verb) &&
          ((USERS.has(word) && !JOINS.has(words[at - 1] ?? '') && (isObject(words, at, verb) || isPair(words, at))) ||
            (GROUPS.has(word) && isOfPeople(words, at) && isObject(words, at, verb)))),
    ) ?? null
  );
}

/** The word is what is acted on: not one that says of another what it is, nor put to some piece of work. */
function isObject(words: readonly string[], at: number, verb: string): boolean {
  const next = words[at + 1];
  if (at === 0 || words[at - 1] === 'by') return false;
  if (next === undefined) return true;
  if (next === verb && at + 2 === words.length) return !WORK.has(words[at - 1]!);
  if (!JOINS.has(next)) return TAILS.has(next);
  return !words.slice(at + 2).some((word) => WORK.has(word));
}

/** `users.create`: the thing, and what is done to it. */
const isPair = (words: readonly string[], at: number): boolean => at === 0 && words.length === 2;

function isOfPeople(words: readonly string[], at: number): boolean {
  const before = words[at - 1] ?? '';
  if (before === 'to' || before === 'from') return USER_VERBS.has(words[at - 2] ?? '');
  return USER_VERBS.has(before) || PROOF_VERBS.has(before) || DIRECTORIES.has(before);
}

export function about(
  words: readonly string[],
  single: ReadonlySet<string>,
  pairs: ReadonlySet<string>,
): string | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (single.has(word)) return word;
    const pair = `${word} ${words[i + 1] ?? ''}`;
    if (pairs.has(pair)) return pair;
  }
  return null;
}
