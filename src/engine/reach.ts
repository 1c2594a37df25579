import { canonical } from './canonical.ts';

/** One text in the arguments, under the key it stood at. */
export interface ArgumentText {
  key: string;
  text: string;
}

const MAX_TEXTS = 4096;
const MAX_DEPTH = 12;
const MAX_LENGTH = 65_536;

/** The texts in the arguments, in order, each whole; beyond what an honest call has they are not looked at. */
export function textsOf(args: Record<string, unknown> | undefined): ArgumentText[] {
  const out: ArgumentText[] = [];
  const walk = (key: string, value: unknown, depth: number): void => {
    if (out.length >= MAX_TEXTS || depth > MAX_DEPTH) return;
    if (typeof value === 'string') out.push({ key, text: value });
    else if (Array.isArray(value)) for (const element of value) walk(key, element, depth + 1);
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value)) walk(name, inner, depth + 1);
  };
  if (args !== undefined) walk('', args, 0);
  return out;
}

/** Keys whose text names a place, or is a command that may: prose under other keys may speak of `.env` and reach nothing. */
const PLACES =
  /path|file|uri|url|dir|folder|source|src|dest|location|command|cmd|script|shell|code|arg|target|root|include|endpoint|host|resource/i;

/**
 * Names what a text reaches where that is a store of secrets, else null. The text is read in its canonical form, so
 * that `..`, encodings and look-alike characters hide nothing.
 */
export function reachesSecret({ key, text: whole }: ArgumentText): string | null {
  const text = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  if (text.length < 4 || !HINT.test(text)) return null;
  if (!PLACES.test(key) && /\s/.test(text.trim())) return null;
  for (const word of /\s/.test(text) ? text.split(/[\s'"`;|&<>(),=]+/) : [text]) {
    if (word.length < 4) continue;
    const place = (canonical(word) ?? word).toLowerCase().replaceAll('\\', '/');
    if (ANY.test(place)) return STORES.find(([pattern]) => pattern.test(place))![1];
  }
  return null;
}

/** Cheap first look: no store has none of these. */
const HINT = /[./\\%\uff0e\uff0f]|id_|x/;

const STORES: readonly [RegExp, string][] = [
  [/(?:^|\/)\.ssh(?:\/|$)|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh_host_\w+_key)(?:$|[^\w.])/, '.ssh'],
  [/(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w-]+)*$/, '.env'],
  [/(?:^|\/)etc\/(?:shadow|gshadow|sudoers|krb5\.keytab|master\.passwd)/, '/etc/shadow'],
  [/(?:^|\/)\.aws(?:\/|$)/, '.aws'],
  [
    /(?:^|\/)\.(?:azure|gnupg|kube|docker|oci)\/|(?:^|\/)\.kube$|(?:^|\/)\.config\/(?:gcloud|gh|op|rclone)(?:\/|$)|application_default_credentials\.json/,
    'credentials in home',
  ],
  [
    /(?:^|\/)(?:\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.pypirc|\.git-credentials|\.vault-token|\.htpasswd|\.boto|\.s3cfg|\.dockercfg)$/,
    'credentials in home',
  ],
  [/(?:^|\/)(?:var\/)?run\/secrets(?:\/|$)/, 'mounted secrets'],
  [/(?:^|\/)proc\/(?:self|\d+|\*)\/(?:environ|mem)/, 'process environment'],
  [
    /\.(?:pem|p12|pfx|jks|keystore|kdbx|ppk|p8|asc|tfstate)$|(?:^|\/)(?:private|server|client|tls|ca)[\w-]*\.key$/,
    'key file',
  ],
  [
    /(?:^|\/)(?:login data|cookies\.sqlite|key4\.db|logins\.json|login\.keychain(?:-db)?)$|\/library\/keychains\//,
    'browser or system keychain',
  ],
  [
    /(?:^|\/\/|@)(?:169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200|\[?fd00:ec2::254\]?|2852039166|0xa9fea9fe)(?:[:/]|$)/,
    'cloud metadata',
  ],
  [/^(?:op|vault|keychain|secret|aws-sm):\/\//, 'secret store'],
  [/\/(?:api\/)?v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|\?|$)/, 'kubernetes secrets'],
];

/** All of them in one look: nearly no place is any. */
const ANY = new RegExp(STORES.map(([{ source }]) => source).join('|'));
