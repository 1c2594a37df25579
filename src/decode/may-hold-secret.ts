import type { SecretPattern } from './secret-pattern.ts';
import { SECRET_PATTERNS } from './secret-patterns.ts';

/**
 * One look that tells most text apart from what any pattern could find. Every hint begins with one of a few triples of
 * characters: a table of these is read along the text, and only where it says so the hints are tried, at that place.
 * Of two characters, the third may be anything.
 */
const BEGINNINGS: Record<string, string> = {
  'private-key': '---',
  jwt: 'eyj',
  mapbox: 'sk.',
  jwe: 'eyj',
  'url-credentials': ':// @tc @un',
  'aws-access-key': 'abi acc agp aid aki anp aro asi',
  'aws-secret-key': 'aws',
  'gcp-api-key': 'aiz',
  'google-oauth': '1// goc ya2',
  github: 'gho ghp ghr ghs ghu git v1.',
  gitlab: 'gla glc gld glf gli glo glp glr gls gr1',
  slack: 'xap xox xwf',
  'slack-webhook': 'hoo',
  discord: 'dis',
  telegram: ':aa',
  stripe: 'pk_ rk_ sk_ whs',
  anthropic: 'sk-',
  openai: 'sk-',
  huggingface: 'api hf_',
  npm: 'npm',
  pypi: 'pyp',
  rubygems: 'rub',
  crates: 'cio',
  docker: 'dck',
  sendgrid: 'sg.',
  mailgun: 'key',
  mailchimp: '-us',
  twilio:
    'ac0 ac1 ac2 ac3 ac4 ac5 ac6 ac7 ac8 ac9 aca acb acc acd ace acf ' +
    'sk0 sk1 sk2 sk3 sk4 sk5 sk6 sk7 sk8 sk9 ska skb skc skd ske skf',
  square: 'eaa sq0',
  shopify: 'shp',
  digitalocean: '_v1',
  vault: 'hvb hvr hvs s.',
  terraform: 'atl',
  databricks: 'dap',
  grafana: 'glc gls',
  newrelic: 'nra nri nrj nrr',
  sentry: 'snt',
  linear: 'lin',
  notion: 'ntn sec',
  airtable: 'pat',
  atlassian: 'ata atc',
  'azure-client-secret': 'q~',
  'azure-key': 'acc sha sig',
  pulumi: 'pul',
  postman: 'pma',
  planetscale: 'psc',
  supabase: 'sb_ sbp',
  doppler: 'dp.',
  heroku: 'hrk',
  flyio: 'fm2 fo1',
  figma: 'fig',
  'service-key': 'xai gsk ppl lsv tvl nva csk e2b jin r8_ fc- bku sqp squ sqa cci clo cfp tsk akc dt0 pat amz',
  'age-key': '-se',
  '1password': 'ops',
  okta: 'ssw',
  bearer: 'bas bea ssw',
  cookie: 'coo cur',
  authorization: 'aut',
  password: 'pas pwd ken sen mot con',
  'sql-password': 'ide pas',
  named:
    'otp tot pin cvv cvc pas coo mne dsn jwt bas aut mas ser ses sha ssh sig enc acc see rec sec mfa car pw ver cre',
  npmrc: '_au npm',
  netrc: 'mac def pas',
  pgpass: ':* :1 :2 :3 :4 :5 :6 :7 :8 :9',
  'password-hash': '$ap $1$ $5$ $6$ $7$ $y$ $2a $2b $2x $2y $gy $ar $sc $pb',
  'putty-key': 'pri',
  listed: 'key nam',
  oracle: 'jdb',
  pass: 'pas',
  hex: 'aut cre key pas sec tok',
  flag: '-ac -ap -pa -pr -se -to',
  command:
    'cur exp imp ssh mys mon sql bcp red az doc pod ner bui sko lda smb lft htp chp zip 7z ope net -se aws gh npm',
  piped: 'chp --s --p --w --d sud',
  registry: 'aut',
  variable: 'acc api pas pri sec tok',
  escaped: '%2 %3 \\u0 &qu &ap &lt &gt &am &#',
  assigned: 'acc api aut cre enc mas pri sec sha sig tok',
};

/** Three characters of five bits each, so that what came before them has been shifted out. */
const BUCKETS = 1 << 15;
/** Letters lose their case; other characters may fall together, which costs a look. */
const rolled = (before: number, code: number): number => ((before << 5) ^ (code | 32)) & (BUCKETS - 1);

/** Hints that begin alike. */
interface Group {
  patterns: readonly SecretPattern[];
  /** Any of them, at one place. */
  at: RegExp;
}
const groups: Group[] = [];
/** The number of the group that begins with these characters, from 1 on; 0 where none does. */
const table = new Uint8Array(BUCKETS);

const patternsAt = new Map<number, Set<SecretPattern>>();
for (const pattern of SECRET_PATTERNS)
  for (const beginning of BEGINNINGS[pattern.kind]!.split(' '))
    if (beginning.length === 3) begin(beginning, pattern);
    else for (let code = 0; code < 128; code++) begin(beginning + String.fromCharCode(code), pattern);

function begin(triple: string, pattern: SecretPattern): void {
  let bucket = 0;
  for (let i = 0; i < triple.length; i++) bucket = rolled(bucket, triple.charCodeAt(i));
  patternsAt.set(bucket, (patternsAt.get(bucket) ?? new Set()).add(pattern));
}

for (const [bucket, set] of patternsAt) {
  const patterns = [...set];
  let number = groups.findIndex(
    (group) => group.patterns.length === set.size && patterns.every((one, i) => group.patterns[i] === one),
  );
  if (number === -1)
    number = groups.push({ patterns, at: new RegExp(patterns.map(({ hint }) => hint.source).join('|'), 'iy') }) - 1;
  table[bucket] = number + 1;
}

/** The first place from `from` on where a hint is met, told as its group; `after` is where to look on. */
function next(text: string, from: number): { group: Group; after: number } | null {
  let bucket = 0;
  for (let i = from; i < text.length; i++) {
    bucket = rolled(bucket, text.charCodeAt(i));
    const number = table[bucket]!;
    if (number === 0 || i < from + 2) continue;
    const group = groups[number - 1]!;
    group.at.lastIndex = i - 2;
    if (group.at.test(text)) return { group, after: i - 1 };
  }
  return null;
}

export const mayHoldSecret = (text: string): boolean => next(text, 0) !== null;

const NONE: readonly SecretPattern[] = [];

/** The patterns that could find something in the text, in their order. */
export function patternsIn(text: string): readonly SecretPattern[] {
  let met: Set<SecretPattern> | undefined;
  for (let found = next(text, 0); found !== null; found = next(text, found.after)) {
    met ??= new Set();
    for (const pattern of found.group.patterns) met.add(pattern);
  }
  return met === undefined ? NONE : SECRET_PATTERNS.filter((pattern) => met.has(pattern) && pattern.hint.test(text));
}
