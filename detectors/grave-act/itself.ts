import { spaced, wordsOf } from '../../schemas/words.ts';
import { textsIn } from '../stats/leaves.ts';
import { perPair } from '../stats/per-pair.ts';
import { type Act, act } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** A right that the agent gives to itself, or asks for in its own name (MITRE ATT&CK T1098): nobody else wanted it. */

const GIVES = / (?:grants?|request|assign|attach|add|create|put|set|update|elevate|activate|invite|give|bind|enroll) /;
const RIGHT =
  / (?:access|roles?|permissions?|privileges?|entitlements?|polic(?:y|ies)|groups?|members?|memberships?|collaborators?|acls?|bindings?|rights?|scopes?|grants?) /;
const TAKES_BACK = / (?:revoke|remove|delete|detach|unassign|get|list|check|show|search|describe|deny|expire) /;
const givesRight = perPair((_server: string, tool: string): boolean => {
  const name = spaced(tool);
  return GIVES.test(name) && RIGHT.test(name) && !TAKES_BACK.test(name);
});

/** Fields that say who gets it; who asks or acts is another. */
const WHOM =
  /(?:^|[._])(?:for|requested_?for|to|principals?|users?|user_?(?:name|id|principal_?name)|upn|login|members?|member_?(?:id|name)|grantees?|subjects?|beneficiary|recipient|identity|assignee|service_?accounts?|service_?principal|client_?id|app_?id|agent|agent_?(?:id|name))$/i;

/** Commands that give rights, and behind what stands to whom. */
const COMMAND =
  /\b(?:(?:attach|put)-(?:role|user)-policy|add-user-to-group|add-iam-policy-binding|add-(?:cluster-)?role-to-\w{1,20}|create\s{1,9}(?:cluster)?rolebinding|role\s{1,9}assignment\s{1,9}create|grant\s[^;]{1,400}?\sto\s)/i;
const BEHIND =
  /(?:--(?:role-name|user-name|user|serviceaccount|member|assignee)(?:[= ]|\s{1,9})|\sto\s{1,9}(?:user\s{1,9}|role\s{1,9})?)["'`]?([\w.:@/+-]{3,200})/gi;
/** A policy that is named after the agent is its own: a new version of it is what the agent may do from then on. */
const OWN_POLICY =
  /\b(?:create|set-default)-policy-version\b[^\n]{0,400}?--policy-arn(?:[= ]|\s{1,9})["']?([\w.:@/+-]{3,200})/gi;
const CHARS = 8_192;
const MOST = 16;

/** Words that are put before or behind the name of an agent where it has an account. */
const AROUND = /^(?:svc|sa|service|serviceaccount|account|acct|agents?|bot|robot|app|role|user|ai|mcp|id)$/;
const bare = (words: readonly string[]): string => words.filter((word) => !AROUND.test(word)).join(' ');
/** Of an address its name, of a path or an ARN the last part. */
const nameIn = (value: string): string =>
  value
    .replace(/(?<=.)@.*$/s, '')
    .split(/[/:]/)
    .at(-1) ?? '';

/** Whether a value names the agent, by its own name or that of an account of it. */
function isAgent(value: string, { id, name = id }: Call['agent']): boolean {
  if (value.length > 200) return false;
  const named = bare(wordsOf(nameIn(value)));
  return named.length >= 3 && [id, name].some((own) => bare(wordsOf(nameIn(own))) === named);
}

function givesItself({ server, tool, leaves, agent }: Call): Act | null {
  const byName = givesRight(server, tool);
  const found = leaves.some(([key, value]) => {
    const texts = textsIn(value);
    if (byName && WHOM.test(key)) return texts.some((text) => isAgent(text, agent));
    return texts.some((text) => commandGives(text.slice(0, CHARS), agent));
  });
  return found ? act('gives_itself', 'medium', `${tool} ${saidIn(leaves)}`, { group: 'itself' }) : null;
}

const commandGives = (text: string, agent: Call['agent']): boolean =>
  [...(COMMAND.test(text) ? text.matchAll(BEHIND) : []), ...text.matchAll(OWN_POLICY)]
    .slice(0, MOST)
    .some(([, whom = '']) => isAgent(whom, agent));

export const itself: Reader = { fits: () => true, does: givesItself };
