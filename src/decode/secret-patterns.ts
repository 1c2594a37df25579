/**
 * Well-known secrets by their shape. Every pattern is linear: bounded or single-class repeats, no nesting. Where a
 * pattern has a group, the group is the secret and the rest stays readable.
 */
export interface SecretPattern {
  kind: string;
  find: RegExp;
}

const one = (kind: string, find: RegExp): SecretPattern => ({ kind, find });

export const SECRET_PATTERNS: readonly SecretPattern[] = [
  one(
    'private-key',
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----END)[\s\S]){0,20000}(?:-----END [A-Z0-9 ]{0,40}-----)?/g,
  ),
  one('jwt', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g),
  one('jwe', /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g),
  one('url-credentials', /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>]{0,256}:([^\s/@"'<>]{1,512})@/gi),
  one('aws-access-key', /\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z2-7]{16}\b/g),
  one(
    'aws-secret-key',
    /aws_?(?:secret|session)_?(?:access_?)?(?:key|token)["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9/+=]{30,2000})/gi,
  ),
  one('gcp-api-key', /\bAIza[0-9A-Za-z_-]{35}/g),
  one('google-oauth', /\b(?:ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}|1\/\/0[0-9A-Za-z_-]{20,})/g),
  one('github', /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255}|v1\.[0-9a-f]{40}\b)/g),
  one('gitlab', /\b(?:glpat|gldt|glrt|glcbt|glptt|glft|glsoat|glimt|glagent|gloas|GR1348941)-?[0-9A-Za-z_.-]{20,}/g),
  one('slack', /\b(?:xox[abeoprs]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}|xwfp-[0-9A-Za-z-]{10,})/g),
  one('slack-webhook', /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9/]{20,})/g),
  one('discord', /(?:discord(?:app)?\.com\/api\/webhooks\/\d{10,20}\/([A-Za-z0-9_-]{40,}))/g),
  one('discord-token', /\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g),
  one('telegram', /\b\d{8,10}:AA[0-9A-Za-z_-]{32,}/g),
  one('stripe', /\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,}|\bwhsec_[0-9A-Za-z+/=]{16,}/g),
  one('anthropic', /\bsk-ant-[0-9A-Za-z_-]{16,}/g),
  one('openai', /\bsk-(?:proj-|svcacct-|admin-|or-v1-)?[0-9A-Za-z_-]{20,}/g),
  one('huggingface', /\b(?:hf|api_org)_[A-Za-z0-9]{30,}/g),
  one('npm', /\bnpm_[A-Za-z0-9]{30,}/g),
  one('pypi', /\bpypi-[A-Za-z0-9_-]{30,}/g),
  one('rubygems', /\brubygems_[0-9a-f]{40,}/g),
  one('crates', /\bcio[A-Za-z0-9]{32}\b/g),
  one('docker', /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/g),
  one('sendgrid', /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g),
  one('mailgun', /\bkey-[0-9a-f]{32}\b/g),
  one('mailchimp', /\b[0-9a-f]{32}-us\d{1,2}\b/g),
  one('twilio', /\b(?:SK|AC)[0-9a-f]{32}\b/g),
  one('square', /\b(?:sq0[a-z]{3}-[0-9A-Za-z_-]{22,}|EAAA[0-9A-Za-z_-]{56,})/g),
  one('shopify', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g),
  one('digitalocean', /\bdo[oprt]_v1_[0-9a-f]{64}/g),
  one('vault', /\bhv[sbr]\.[A-Za-z0-9_-]{20,}|\bs\.[A-Za-z0-9]{24}\b/g),
  one('terraform', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/g),
  one('databricks', /\bdapi[0-9a-f]{32}(?:-\d)?\b/g),
  one('grafana', /\b(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/=]{32,})/g),
  one('newrelic', /\bNR(?:AK|II|JS|RA)-[A-Za-z0-9_-]{20,}/g),
  one('sentry', /\bsntry[su]_[A-Za-z0-9+/=_-]{40,}/g),
  one('linear', /\blin_(?:api|oauth)_[A-Za-z0-9]{30,}/g),
  one('notion', /\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{40,})/g),
  one('airtable', /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g),
  one('atlassian', /\bATATT3[A-Za-z0-9_=-]{40,}|\bATCTT3[A-Za-z0-9_=-]{40,}/g),
  one('azure-client-secret', /\b[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}/g),
  one('azure-key', /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=([A-Za-z0-9%+/=_-]{20,})/g),
  one('postman', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/g),
  one('planetscale', /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}/g),
  one('supabase', /\bsb(?:p|_secret)_[A-Za-z0-9_]{20,}/g),
  one('doppler', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}/g),
  one('heroku', /\bHRKU-[A-Za-z0-9_-]{30,}/g),
  one('flyio', /\b(?:fo1_[A-Za-z0-9_-]{40,}|fm2_[A-Za-z0-9+/=]{40,})/g),
  one('figma', /\bfig[doru]_[A-Za-z0-9_-]{36,}/g),
  one('age-key', /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/g),
  one('1password', /\bops_eyJ[A-Za-z0-9+/=_-]{40,}/g),
  one('okta', /\b(?:SSWS\s+)(00[A-Za-z0-9_-]{38,42})/g),
  one('bearer', /\b(?:bearer|basic|ssws)\s{1,4}([A-Za-z0-9._~+/=-]{12,4096})/gi),
  one('cookie', /\b(?:set-)?cookie:\s{0,4}([^\r\n]{4,4096})/gi),
  one(
    'password',
    /(?:password|passwd|passphrase|pwd)["']?\s{0,4}(?:=|:|\bis\b)\s{0,4}["']?([^\s"'&,;|<>)}\]]{4,256})/gi,
  ),
  one(
    'assigned',
    /(?:secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|credential|signature)["']?\s{0,4}[=:]\s{0,4}["']?(?=[^\s"'&,;]{0,200}\d)([^\s"'&,;|<>)}\]]{8,4096})/gi,
  ),
];

/** One look that tells most text apart from what any pattern could find. */
const HINT = new RegExp(
  [
    '-----BEGIN|eyJ|:\\/\\/[^\\s/]*@|AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA|AIza|ya29|GOCSPX|1\\/\\/0|gh[pousr]_|github_pat|v1\\.[0-9a-f]',
    'gl[a-z]{2,5}-|GR1348941|xox|xapp-|xwfp-|hooks\\.slack|discord|[MNO][A-Za-z0-9_-]{23}|:AA|[srp]k_(?:live|test)_|whsec_|sk-|hf_|api_org_',
    'npm_|pypi-|rubygems_|cio|dckr_|SG\\.|key-|-us\\d|(?:SK|AC)[0-9a-f]{16}|sq0|EAAA|shp|_v1_|hv[sbr]\\.|s\\.[A-Za-z0-9]{16}|atlasv1|dapi|glsa_|glc_',
    'NR[A-Z]{2}-|sntry|lin_|ntn_|secret|pat[A-Za-z0-9]{14}\\.|AT[AC]TT3|Q~|AccountKey|SharedAccess|sig=|PMAK-|pscale_|sb[p_]|dp\\.|HRKU-|fo1_|fm2_|fig[doru]_',
    'AGE-SECRET|ops_eyJ|ssws|bearer|basic|cookie|passw|passphrase|pwd|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature',
  ].join('|'),
  'i',
);

export const findsSecret = (text: string): boolean => HINT.test(text);
