import { createHash } from 'node:crypto';

/** Secrets of many kinds, made from a counter so that every run plants the same, in the places where they are met. */
export interface Planted {
  kind: string;
  secret: string;
  value: unknown;
}

const ALPHABETS = {
  base62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  hex: '0123456789abcdef',
  digits: '0123456789',
  base32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
} as const;

function stream(seed: string): (alphabet: keyof typeof ALPHABETS, length: number) => string {
  let block = 0;
  return (alphabet, length) => {
    let out = '';
    while (out.length < length) {
      const letters = ALPHABETS[alphabet];
      for (const byte of createHash('sha512').update(`${seed}/${block++}`).digest())
        out += letters[byte % letters.length];
    }
    return out.slice(0, length);
  };
}

type Take = ReturnType<typeof stream>;

const KINDS: Record<string, (take: Take) => string> = {
  'aws-access-key': (t) => `AKIA${t('base32', 16)}`,
  'aws-session-key': (t) => `ASIA${t('base32', 16)}`,
  'gcp-api-key': (t) => `AIza${t('base62', 35)}`,
  'google-oauth': (t) => `ya29.${t('base62', 60)}`,
  'google-client': (t) => `GOCSPX-${t('base62', 28)}`,
  'github-classic': (t) => `ghp_${t('base62', 36)}`,
  'github-fine': (t) => `github_pat_${t('base62', 22)}_${t('base62', 59)}`,
  'github-app': (t) => `ghs_${t('base62', 36)}`,
  gitlab: (t) => `glpat-${t('base62', 20)}`,
  'slack-bot': (t) => `xoxb-${t('digits', 12)}-${t('digits', 12)}-${t('base62', 24)}`,
  'slack-app': (t) => `xapp-1-${t('base62', 11)}-${t('digits', 13)}-${t('hex', 64)}`,
  'slack-webhook': (t) => `T${t('base32', 8)}/B${t('base32', 8)}/${t('base62', 24)}`,
  stripe: (t) => `sk_live_${t('base62', 24)}`,
  'stripe-restricted': (t) => `rk_test_${t('base62', 24)}`,
  jwt: (t) => `eyJ${t('base62', 30)}.eyJ${t('base62', 80)}.${t('base62', 43)}`,
  anthropic: (t) => `sk-ant-api03-${t('base62', 80)}`,
  openai: (t) => `sk-${t('base62', 48)}`,
  'openai-project': (t) => `sk-proj-${t('base62', 60)}`,
  huggingface: (t) => `hf_${t('base62', 34)}`,
  npm: (t) => `npm_${t('base62', 36)}`,
  pypi: (t) => `pypi-AgEIcHlwaS5vcmc${t('base62', 60)}`,
  docker: (t) => `dckr_pat_${t('base62', 27)}`,
  sendgrid: (t) => `SG.${t('base62', 22)}.${t('base62', 43)}`,
  twilio: (t) => `SK${t('hex', 32)}`,
  shopify: (t) => `shpat_${t('hex', 32)}`,
  digitalocean: (t) => `dop_v1_${t('hex', 64)}`,
  vault: (t) => `hvs.${t('base62', 90)}`,
  databricks: (t) => `dapi${t('hex', 32)}`,
  grafana: (t) => `glsa_${t('base62', 32)}_${t('hex', 8)}`,
  linear: (t) => `lin_api_${t('base62', 40)}`,
  notion: (t) => `ntn_${t('base62', 46)}`,
  airtable: (t) => `pat${t('base62', 14)}.${t('hex', 64)}`,
  telegram: (t) => `${t('digits', 9)}:AA${t('base62', 33)}`,
  postman: (t) => `PMAK-${t('hex', 24)}-${t('hex', 34)}`,
  mailgun: (t) => `key-${t('hex', 32)}`,
  'private-key': (t) => t('base62', 64),
  'url-password': (t) => t('base62', 14),
  'named-password': (t) => t('base62', 10),
  'bearer-opaque': (t) => t('base62', 40),
  'basic-header': (t) => t('base62', 24),
  'random-token': (t) => `aB3${t('base62', 40)}`,
  'azure-account-key': (t) => `${t('base62', 86)}==`,
};

/** Around the secret: what its kind needs to be one, and where it is met. */
const AROUND: Record<string, (secret: string) => string> = {
  'private-key': (s) => `-----BEGIN RSA PRIVATE KEY-----\n${s}\n${s}\n-----END RSA PRIVATE KEY-----`,
  'url-password': (s) => `postgres://app:${s}@db.internal:5432/main`,
  'named-password': (s) => `Password: ${s}`,
  'bearer-opaque': (s) => `Authorization: Bearer ${s}`,
  'basic-header': (s) => `authorization: Basic ${s}`,
  'slack-webhook': (s) => `https://hooks.slack.com/services/${s}`,
  'azure-account-key': (s) =>
    `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${s};EndpointSuffix=core.windows.net`,
};

const PLACES: ((text: string, secret: string) => unknown)[] = [
  (text) => ({ note: text }),
  (text) => ({ command: `deploy --with '${text}' --now` }),
  (text) => ({ items: [{ deep: { list: ['a', text] } }] }),
  (text) => ({ body: JSON.stringify({ inner: text }) }),
  (text) => ({ body: JSON.stringify(`a\n${text}\tb`) }),
  (text) => `next=${encodeURIComponent('=')}${text}`,
  (text) => `line one\n${text}\nline three`,
  (_, secret) => ({ api_key: secret }),
  (_, secret) => ({ env: { DB_PASSWORD: secret } }),
];

export function plantedSecrets(count: number): Planted[] {
  const kinds = Object.keys(KINDS);
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length] as string;
    const secret = (KINDS[kind] as (take: Take) => string)(stream(`${kind}/${i}`));
    const text = (AROUND[kind] ?? ((s: string) => s))(secret);
    const place = PLACES[Math.floor(i / kinds.length) % PLACES.length] as (typeof PLACES)[number];
    return { kind, secret, value: place(text, secret) };
  });
}
