import type { IdBasis } from '../../event.ts';
import { object, text } from './values.ts';

/** Who acted, by the first of its candidates that is there, told with what that rests on. */
interface Agent {
  id: string;
  id_basis: IdBasis;
  name?: string;
  version?: string;
}

/** The order every adapter keeps: actor, bot or service account, consumer, key, subject, certificate; then self-told names. */
export type Candidate = readonly [basis: IdBasis, id: unknown];

const ANONYMOUS = 'anonymous';

export function agentOf(candidates: readonly Candidate[], name?: unknown, version?: unknown): Agent {
  for (const [basis, value] of candidates) {
    const id = text(value);
    if (id === undefined || id === ANONYMOUS) continue;
    const known = workload(id);
    return {
      id,
      id_basis: basis === 'subject' && known.basis !== undefined ? known.basis : basis,
      ...optional('name', text(name) ?? known.name),
      ...optional('version', text(version)),
    };
  }
  return { id: ANONYMOUS, id_basis: 'none' };
}

const optional = <K extends string>(key: K, value: string | undefined): { [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };

const MAX_HANDS = 16;

/** The actors of a token (`act` in `act`, RFC 8693), the current one first, and at the end the one they act for. */
export function delegationOf(act: unknown, subject?: unknown): { iss?: unknown; sub: string }[] | undefined {
  const chain: { iss?: unknown; sub: string }[] = [];
  for (let actor = object(act); chain.length < MAX_HANDS; actor = object(actor.act)) {
    const sub = text(actor.sub);
    if (sub === undefined) break;
    chain.push(actor.iss === undefined ? { sub } : { iss: actor.iss, sub });
  }
  const behind = text(subject);
  if (chain.length > 0 && behind !== undefined) chain.push({ sub: behind });
  return chain.length > 0 ? chain : undefined;
}

interface Workload {
  /** What kind of principal the id says it is. */
  basis?: IdBasis;
  /** The role in it that others of its kind share: agents of one name are peers. */
  name?: string;
}

/** The parts of ids with a known form: SPIFFE, Kubernetes, AWS, Google and GitHub Actions subjects. */
export function workload(id: string): Workload {
  for (const [form, basis] of FORMS) {
    const match = form.exec(id);
    if (match !== null) return { ...(basis === undefined ? {} : { basis }), ...optional('name', match[1]) };
  }
  return {};
}

const FORMS: readonly (readonly [form: RegExp, basis?: IdBasis])[] = [
  [/^spiffe:\/\/[^/]{1,255}\/ns\/[^/]{1,255}\/sa\/([^/]{1,255})$/],
  [/^spiffe:\/\/[^/]{1,255}\/(?:[^/]{0,255}\/){0,16}([^/]{1,255})$/],
  [/^system:serviceaccount:[^:]{1,255}:([^:]{1,255})$/, 'service_account'],
  [/^arn:aws[a-z-]{0,12}:sts::\d{0,12}:assumed-role\/([^/]{1,128})\//, 'service_account'],
  [/^arn:aws[a-z-]{0,12}:iam::\d{0,12}:(?:role|user)\/(?:[^/]{0,128}\/){0,8}([^/]{1,128})$/, 'service_account'],
  [/^([^@\s]{1,128})@[^@\s]{1,128}\.iam\.gserviceaccount\.com$/, 'service_account'],
  [/^repo:([^:]{1,255}):/, 'service_account'],
  [/^agent:(.{1,255})$/],
];
