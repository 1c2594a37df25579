import { spaced } from '../../schemas/words.ts';
import { lastName } from '../stats/leaves.ts';
import { type Act, act, destroyed } from './act.ts';
import { gives } from './gives.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

/** Requests of an API that take away for good or give, by method and address (MITRE ATT&CK T1485, T1098). */
const END = String.raw`/?(?=[?#\s"']|$)`;
/** A whole one of these: what lies within it is of another address. */
const THING = new RegExp(
  String.raw`/(?:repos/[\w.~%-]{1,100}/[\w.~%-]{1,100}|(?:projects|databases|dbs|clusters|namespaces|buckets|volumes|snapshots|backups|zones|dns_zones|organizations|orgs|tenants|vaults|keyspaces|datasets|resourcegroups|subscriptions)/[\w.~%:-]{1,120}|_all|\*)${END}`,
  'i',
);
const PROTECTION = new RegExp(
  String.raw`/(?:protection|rulesets/\d{1,12}|protected_branches/[\w.~%-]{1,100})${END}`,
  'i',
);
const COLLABORATOR = /\/(?:collaborators|memberships|members)\/([\w.@-]{1,100})\/?(?=[?#\s"']|$)/;
const OVER_ALL = /\b(?:permission|role|access_level)["']?\s{0,4}[=:]\s{0,4}["']?(?:admin|owner|maintain|50)\b/i;

const ON_THIS_MACHINE = /^https?:\/\/(?:[^\s/@]{1,200}@)?(?:localhost|127\.|0\.0\.0\.0|\[::1\])/i;

/** `text`: what goes with it. */
function requestDoes(method: string, address: string, text: string, shows: string): Act | null {
  if (ON_THIS_MACHINE.test(address)) return null;
  const does = method.toUpperCase();
  if (does === 'DELETE' && PROTECTION.test(address)) return act('rewrites_history', 'medium', shows);
  if (does === 'DELETE' && THING.test(address)) return destroyed(shows, address);
  if ((does !== 'PUT' && does !== 'POST') || !OVER_ALL.test(text)) return null;
  const whom = COLLABORATOR.exec(address)?.[1];
  return whom === undefined ? null : gives('high', shows, 'admin', whom);
}

const SENDS = /^(?:curl|wget|https?|xh|iwr|irm|invoke-webrequest|invoke-restmethod|gh|glab)$/;
const METHOD =
  /\s(?:-X\s?|--request[= ]|--method[= ]|-Method\s)["']?(DELETE|PUT|POST)\b|^\s+(?:-\S+\s+){0,8}(DELETE|PUT|POST)\s/i;
const ADDRESS = /\s["']?((?:https?:\/\/|\/?(?:repos|projects|orgs|groups)\/)[^\s"']{1,1000})/i;

export function requestBy(program: string, given: string, all: string): Act | null {
  if (!SENDS.test(program)) return null;
  const found = METHOD.exec(given);
  const address = found === null ? undefined : ADDRESS.exec(given)?.[1];
  if (address === undefined) return null;
  // Braces of what is sent part the command.
  return requestDoes(found![1] ?? found![2] ?? '', address.replace(/^(?=\w+\/)/, '/'), all, `${program}${given}`);
}

const IS_REQUEST = / (?:https?|requests?|fetch|api|rest|curl|webhook|invoke|proxy) /;
const VERB = /(?:^|[._])(?:method|http_?method|verb|request_?type)$/i;
const WHERE = /(?:^|[._])(?:ur[il]|endpoint|path|address|href|resource)$/i;

/** The same of a tool that makes any request. */
function requests({ tool, leaves }: Call): Act | null {
  const method = leaves.find(([key, value]) => VERB.test(key) && typeof value === 'string')?.[1];
  const address = leaves.find(([key, value]) => WHERE.test(key) && typeof value === 'string')?.[1];
  if (method === undefined || address === undefined) return null;
  const said = leaves.map(([key, value]) => `${lastName(key)}: ${String(value).slice(0, 4_000)}`);
  return requestDoes(String(method), String(address).slice(0, 2_000), said.join('\n'), `${tool} ${saidIn(leaves)}`);
}

export const requesting: Reader = { fits: (_server, tool) => IS_REQUEST.test(spaced(tool)), does: requests };
