import { type Severity, severityRank } from '../../schemas/alert.ts';
import { cut } from '../../schemas/cut.ts';

/** What a call shows itself to be, in its own text. A closed list. */
type Kind =
  | 'destroys'
  | 'ends_recovery'
  | 'rewrites_history'
  | 'persists'
  | 'orders_model'
  | 'drops_approval'
  | 'drops_check'
  | 'gives_admin'
  | 'gives_itself'
  | 'reaches_host'
  | 'runs_from_net'
  | 'opens_shell'
  | 'opens_tunnel'
  | 'sends_out'
  | 'hijacks_machines'
  | 'scans'
  | 'redirects_money'
  | 'dumps_ci_secrets';

export interface Act {
  kind: Kind;
  /** The part of the call that shows it, as it was logged: redacted, and cut. */
  shows: string;
  severity: Severity;
  /** What makes it another act than the agent's usual ones: the host it runs from, `production`, `what > to whom`; else ''. */
  group: string;
  /** The host that it brings in; '' where it names none. */
  host: string;
}

/** How each is said of a call; the technique in MITRE ATT&CK or ATLAS that it is. */
export const KINDS: Record<Kind, { does: string; technique: string }> = {
  destroys: { does: 'destroys what is not easily made again', technique: 'T1485' },
  ends_recovery: {
    does: 'takes away what would bring things back, or keeps them from being deleted',
    technique: 'T1490',
  },
  rewrites_history: { does: 'rewrites what a branch says, or gets past what protects it', technique: 'T1565.001' },
  persists: { does: 'leaves something behind that runs or lets in later', technique: 'T1546' },
  orders_model: { does: 'leaves an order behind that later sessions of a model follow', technique: 'AML.T0080' },
  drops_approval: { does: 'lets an agent act without being asked', technique: 'AML.T0081' },
  drops_check: { does: 'switches off or passes by a check that others rely on', technique: 'T1562' },
  gives_admin: { does: 'gives administration or an account, or opens something to everybody', technique: 'T1098' },
  gives_itself: { does: 'gives the agent itself a right', technique: 'T1098' },
  reaches_host: { does: 'starts a container that holds the machine under it', technique: 'T1611' },
  runs_from_net: { does: 'runs what it takes from the net, unread', technique: 'T1105' },
  opens_shell: { does: 'opens a shell to the outside', technique: 'T1059.004' },
  sends_out: { does: 'sends data out, to where it never did', technique: 'T1537' },
  scans: { does: 'looks through a network for what runs there', technique: 'T1046' },
  redirects_money: { does: 'has money that is owed to somebody go to another account', technique: 'T1657' },
  opens_tunnel: { does: 'opens a way in from the outside', technique: 'T1572' },
  hijacks_machines: {
    does: 'puts machines to work that nobody ordered: mining, or many of the dearest',
    technique: 'T1496',
  },
  dumps_ci_secrets: { does: 'takes the secrets of a pipeline out', technique: 'T1552' },
};

const SHOWN = 120;

export const act = (
  kind: Kind,
  severity: Severity,
  shows: string,
  more: Partial<Pick<Act, 'group' | 'host'>> = {},
): Act => ({
  kind,
  severity,
  shows: cut(shows.replace(/\s+/g, ' ').trim(), SHOWN),
  group: '',
  host: '',
  ...more,
});

/** One that a host makes another act: it goes there, or comes from there. */
export const actWith = (kind: Kind, severity: Severity, shows: string, host: string): Act =>
  act(kind, severity, shows, { group: host, host });

const PRODUCTION = /(?:^|[^a-z])(?:prod|production|prd|live)(?:$|[^a-z])/i;
const THROWAWAY =
  /(?:^|[^a-z])(?:tmp|temp|te?sts?|testing|sandbox(?:es)?|previews?|staging|stg|dev|demo|ephemeral|scratch|fixtures?|mocks?|e2e|ci|pr|review|local|localhost|example|playground|throwaway)(?:$|[^a-z])/i;

/** What is named as made to be thrown away, and not as production. */
export const isThrowaway = (text: string): boolean => THROWAWAY.test(text) && !PRODUCTION.test(text);
export const isProduction = (text: string): boolean => PRODUCTION.test(text);

/** One of many, which clean-ups take away: what it was taken of is still there. */
const COMES_AND_GOES = /(?<!final-?)snapshot|volume|recovery-point/i;

/** An act that destroys, as grave as what it names; null where that is made to be thrown away. */
export function destroyed(shows: string, named: string): Act | null {
  if (isThrowaway(named)) return null;
  if (isProduction(named)) return act('destroys', 'high', shows, { group: 'production' });
  return act('destroys', COMES_AND_GOES.test(shows) ? 'low' : 'medium', shows);
}

/** Of two the one that is graver: the first where they are as grave. */
export const graver = (one: Act | null, other: Act | null): Act | null =>
  one === null || (other !== null && severityRank(other.severity) > severityRank(one.severity)) ? other : one;
