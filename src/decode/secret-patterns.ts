import { ESCAPED } from './escapes.ts';
import { SECRET_FILES } from './secret-files.ts';
import { one, type SecretPattern } from './secret-pattern.ts';
import { SECRET_PHRASES } from './secret-phrases.ts';

/** Well-known secrets by their shape, then all others by their surroundings. */
export const SECRET_PATTERNS: readonly SecretPattern[] = [
  // To its end, or as far as it is one where that is cut off: what else a command that looks for keys does stays.
  one(
    'private-key',
    /-----BEGIN/,
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:(?!-----(?:BEGIN|END))[\s\S]){0,20000}-----END [A-Z0-9 ]{0,40}-----|(?:\s|["',+]|\\{1,7}[nrt"']|[A-Z][A-Za-z-]{2,15}: [^\r\n\\]{1,100}(?=[\r\n\\])){1,24}[A-Za-z0-9+/=]{16}(?:[\sA-Za-z0-9+/=]|\\{1,7}[nrt]|(?:["',+\s]|\\{1,7}[nrt"']){1,12}(?=[A-Za-z0-9+/=]{16})){0,20000})/g,
  ),
  one('jwt', /eyJ/, /(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g),
  one('mapbox', /sk\.eyJ/, /(?<![A-Za-z0-9_.-])sk\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{10,}/g),
  one(
    'jwe',
    /eyJ/,
    /(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  ),
  one(
    'url-credentials',
    /:\/\/[^\s/:@"'<>]{0,512}:[^\s/@"'<>]{1,1024}@/,
    /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>]{0,256}:(?!FF|pass(?:word|wd)?@)([^\s/"'<>]{1,512})@/gi,
  ),
  // As programs in Go name a database, without a scheme.
  one(
    'url-credentials',
    /@(?:tcp|unix)\(/,
    /\b[\w.-]{1,64}:(?!FF|pass(?:word|wd)?@)([^\s"'@]{1,256})(?=@(?:tcp|unix)\()/g,
  ),
  one(
    'aws-access-key',
    /A(?:KIA|SIA|BIA|CCA|GPA|IDA|ROA|NPA)/,
    /\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA|ANPA)[A-Z2-7]{16}\b/g,
  ),
  one(
    'aws-secret-key',
    /aws_?(?:secret|session)/i,
    /aws_?(?:secret|session)_?(?:access_?)?(?:key|token)["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9/+=]{30,2000})/gi,
  ),
  one('gcp-api-key', /AIza/, /\bAIza[0-9A-Za-z_-]{35}/g),
  one(
    'google-oauth',
    /ya29\.|GOCSPX-|1\/\/0/,
    /(?<![A-Za-z0-9_-])(?:ya29\.[0-9A-Za-z_-]{20,}|GOCSPX-[0-9A-Za-z_-]{20,}|1\/\/0[0-9A-Za-z_-]{20,})/g,
  ),
  one(
    'github',
    /gh[pousr]_|github_pat_|v1\.[0-9a-f]{40}/,
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255}|v1\.[0-9a-f]{40}\b)/g,
  ),
  one(
    'gitlab',
    /gl(?:pat|dt|rt|cbt|ptt|ft|ffct|soat|imt|agent|oas)-|GR1348941/,
    /(?<![A-Za-z0-9_-])(?:glpat|gldt|glrt|glcbt|glptt|glft|glffct|glsoat|glimt|glagent|gloas|GR1348941)-?[0-9A-Za-z_.-]{20,}/g,
  ),
  one(
    'slack',
    /xox[a-z]-|xapp-|xwfp-/,
    /(?<![A-Za-z0-9_-])(?:xox[abceoprs]-[0-9A-Za-z-]{10,}|xoxd-[0-9A-Za-z%+/=-]{10,}|xapp-[0-9A-Za-z-]{10,}|xwfp-[0-9A-Za-z-]{10,})/g,
  ),
  one('slack-webhook', /hooks\.slack/, /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9/]{20,})/g),
  one(
    'discord',
    /discord(?:app)?\.com\/api/,
    /(?:discord(?:app)?\.com\/api\/webhooks\/\d{10,20}\/([A-Za-z0-9_-]{40,}))/g,
  ),
  one('telegram', /:AA/, /\b\d{8,10}:AA[0-9A-Za-z_-]{32,}/g),
  one(
    'stripe',
    /[srp]k_(?:live|test)_|whsec_/,
    /\b(?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{10,}|\bwhsec_[0-9A-Za-z+/=]{16,}/g,
  ),
  one('anthropic', /sk-ant-/, /(?<![A-Za-z0-9_-])sk-ant-[0-9A-Za-z_-]{16,}/g),
  one('openai', /sk-[0-9A-Za-z_-]{20}/, /(?<![A-Za-z0-9_-])sk-(?:proj-|svcacct-|admin-|or-v1-)?[0-9A-Za-z_-]{20,}/g),
  one('huggingface', /hf_[A-Za-z0-9]{30}|api_org_/, /\b(?:hf|api_org)_[A-Za-z0-9]{30,}/g),
  one('npm', /npm_[A-Za-z0-9]{30}/, /\bnpm_[A-Za-z0-9]{30,}/g),
  one('pypi', /pypi-/, /(?<![A-Za-z0-9_-])pypi-[A-Za-z0-9_-]{30,}/g),
  one('rubygems', /rubygems_/, /\brubygems_[0-9a-f]{40,}/g),
  one('crates', /cio[A-Za-z0-9]{32}/, /\bcio[A-Za-z0-9]{32}\b/g),
  one('docker', /dckr_/, /(?<![A-Za-z0-9_-])dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/g),
  one('sendgrid', /SG\.[A-Za-z0-9_-]{16}/, /(?<![A-Za-z0-9_-])SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g),
  one('mailgun', /key-[0-9a-f]{32}/, /\bkey-[0-9a-f]{32}\b/g),
  one('mailchimp', /-us\d/, /\b[0-9a-f]{32}-us\d{1,2}\b/g),
  one('twilio', /(?:SK|AC)[0-9a-f]{32}/, /\b(?:SK|AC)[0-9a-f]{32}\b/g),
  one('square', /sq0|EAAA/, /(?<![A-Za-z0-9_-])(?:sq0[a-z]{3}-[0-9A-Za-z_-]{22,}|EAAA[0-9A-Za-z_-]{56,})/g),
  one('shopify', /shp(?:at|ca|pa|ss)_/, /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g),
  one('digitalocean', /_v1_/, /\bdo[oprt]_v1_[0-9a-f]{64}/g),
  one('vault', /hv[sbr]\.|s\.[A-Za-z0-9]{24}/, /\bhv[sbr]\.[A-Za-z0-9_-]{20,}|\bs\.[A-Za-z0-9]{24}\b/g),
  one('terraform', /atlasv1/, /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/g),
  one('databricks', /dapi/, /\bdapi[0-9a-f]{32}(?:-\d)?\b/g),
  one('grafana', /glsa_|glc_/, /(?<![A-Za-z0-9_-])(?:glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9+/=]{32,})/g),
  one('newrelic', /NR(?:AK|II|JS|RA)-/, /(?<![A-Za-z0-9_-])NR(?:AK|II|JS|RA)-[A-Za-z0-9_-]{20,}/g),
  one('sentry', /sntry/, /(?<![A-Za-z0-9_-])sntry[su]_[A-Za-z0-9+/=_-]{40,}/g),
  one('linear', /lin_(?:api|oauth)_/, /\blin_(?:api|oauth)_[A-Za-z0-9]{30,}/g),
  one(
    'notion',
    /ntn_[A-Za-z0-9]{40}|secret_[A-Za-z0-9]{40}/,
    /(?<![A-Za-z0-9_-])(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{40,})/g,
  ),
  one('airtable', /pat[A-Za-z0-9]{14}\./, /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}/g),
  one(
    'atlassian',
    /AT[AC]TT3/,
    /(?<![A-Za-z0-9_-])ATATT3[A-Za-z0-9_=-]{40,}|(?<![A-Za-z0-9_-])ATCTT3[A-Za-z0-9_=-]{40,}/g,
  ),
  one('azure-client-secret', /Q~[A-Za-z0-9_~.-]/, /\b[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}/g),
  one(
    'azure-key',
    /AccountKey|SharedAccess|sig=/,
    /\b(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig)=([A-Za-z0-9%+/=_-]{20,})/g,
  ),
  one('pulumi', /pul-[0-9a-f]{40}/, /(?<![A-Za-z0-9_-])pul-[0-9a-f]{40}\b/g),
  one('postman', /PMAK-/, /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}/g),
  one('planetscale', /pscale_/, /(?<![A-Za-z0-9_-])pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}/g),
  one('supabase', /sbp_|sb_secret_/, /\bsb(?:p|_secret)_[A-Za-z0-9_]{20,}/g),
  one(
    'doppler',
    /dp\.(?:pt|st|ct|sa|scim|audit)\./,
    /(?<![A-Za-z0-9_-])dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}/g,
  ),
  one('heroku', /HRKU-/, /(?<![A-Za-z0-9_-])HRKU-[A-Za-z0-9_-]{30,}/g),
  one('flyio', /fo1_|fm2_/, /(?<![A-Za-z0-9_-])(?:fo1_[A-Za-z0-9_-]{40,}|fm2_[A-Za-z0-9+/=]{40,})/g),
  one('figma', /fig[doru]_/, /(?<![A-Za-z0-9_-])fig[doru]_[A-Za-z0-9_-]{36,}/g),
  one(
    'service-key',
    /xai-|gsk_|pplx-|lsv2_|tvly-|nvapi-|csk-|e2b_|jina_|r8_|fc-|bkua_|sq[pua]_|CCIPAT_|CLOJARS_|CFPAT-|tskey-|AKCp|dt0[cs]|pat-[a-z]{2}\d-|amzn1\.oa2-cs/,
    /(?<![A-Za-z0-9_-])(?:xai-|gsk_|pplx-|lsv2_(?:pt|sk)_|tvly-|nvapi-|csk-|e2b_|jina_|r8_|fc-|bkua_|sq[pua]_|CCIPAT_|CLOJARS_|CFPAT-|tskey-[a-z]{1,12}-|AKCp|dt0[cs]\d{2}\.|pat-[a-z]{2}\d-|amzn1\.oa2-cs\.v1\.)(?=[A-Za-z_.-]{0,64}\d)[A-Za-z0-9_.-]{24,}/g,
  ),
  one('age-key', /-SECRET-KEY-1/, /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/g),
  one('1password', /ops_eyJ/, /(?<![A-Za-z0-9_-])ops_eyJ[A-Za-z0-9+/=_-]{40,}/g),
  one('okta', /SSWS/i, /\b(?:SSWS\s+)(00[A-Za-z0-9_-]{38,42})/g),
  ...SECRET_FILES,
  ...SECRET_PHRASES,
  ESCAPED,
];
