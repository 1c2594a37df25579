import type { SecretStore } from '../../detectors/detector.ts';
import { canonical, canonicalPath } from './canonical.ts';

/** A home, under the names that it goes by. */
const HOME = String.raw`(?:(?:^|\/)~[^/]*|(?:^|\/)root|(?:^|\/)(?:home|users)\/[^/]+|\$home|\$\{home\}|%userprofile%)`;

/** What places look like, and what kind of store they are; '' where what was found in the pattern's parentheses names it. */
const STORES: readonly [RegExp, string][] = [
  [
    /(?:^|\/)\.ssh(?:$|\/(?!(?:[\w.-]+\.pub|known_hosts(?:\.old)?|config)$))|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh_host_\w+_key)(?:$|[^\w.])/,
    '.ssh',
  ],
  // By convention one developer's own, with what only their own machine lets in by.
  [/(?:^|\/)\.env\.(?:local|dev|development)(?:\.local)?$/, 'local settings'],
  [
    /(?:^|\/)\.env(?:\.(?!(?:example|sample|template|tmpl|tpl|dist|defaults?|schema|test|testing|vault)$)[\w-]+)*$/,
    '.env',
  ],
  // The same file, named after the environment that it sets up.
  [/(?:^|[/_.-])(?:prod|production|live|staging|secrets?|credentials?)\.env$/, '.env'],
  [/(?:^|\/)etc\/(?:shadow|gshadow|sudoers|krb5\.keytab|master\.passwd)/, '/etc/shadow'],
  // Its `config` holds regions and roles, and nothing to get in by.
  [
    new RegExp(String.raw`${HOME}\/\.aws(?:\/(?!config$)|$)|(?:^|\/)\.aws(?:$|\/(?:credentials|sso|cli)(?:\/|$))`),
    '.aws',
  ],
  [
    new RegExp(
      String.raw`${HOME}\/(\.azure|\.docker)(?:\/|$)|(?:^|\/)(\.docker)\/(?:config\.json$|contexts|machine)|(?:^|\/)(\.azure)\/(?:msal|accesstokens|azureprofile|service_principal)|(?:^|\/)(\.gnupg|\.kube|\.oci|\.password-store|\.snowsql)\/|(?:^|\/)(\.kube)$|(?:^|\/)\.config\/(gcloud|gh|op|rclone)(?:\/|$)|(?:^|\/)\.local\/share\/(keyrings)(?:\/|$)`,
    ),
    '',
  ],
  [
    /(?:^|\/)(\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.pypirc|\.git-credentials|\.vault-token|\.htpasswd|\.boto|\.s3cfg|\.dockercfg|\.databrickscfg|\.(?:bash|zsh|psql|mysql|python)_history|\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|\.m2\/settings(?:-security)?\.xml|\.terraform\.d\/credentials\.tfrc\.json)$/,
    '',
  ],
  [/(?:^|\/)(?:var\/)?run\/secrets(?:\/|$)/, 'mounted secrets'],
  [/(?:^|\/)proc\/(?:(?:self|\d+|\*)\/(?:environ|mem)|[^/]+\/(?:environ|mem)$)/, 'process environment'],
  [
    /\.(?:p12|pfx|jks|keystore|kdbx|ppk|p8|tfstate)$|(?<!(?:^|[/_.-])(?:ca|cacert|certs?|certificate|chain|fullchain|public|pub|bundle|dhparams?|roots?))\.pem$|(?:private|secret)[\w.-]{0,64}\.asc$|(?:^|\/)(?:private|server|client|tls|ca|master|signing)[\w-]*\.key$|\/(?:ssl|tls|pki|certs?|private|keys)\/(?:[\w.-]+\/){0,4}[\w.-]+\.key$/,
    'key file',
  ],
  [
    /(?:^|\/)(?![\w.-]*[._-](?:example|sample|template)\.json$)(?:credentials|client_secrets?[\w.-]*|service[-_]?account[\w.-]*)\.json$|(?:^|(?<!templates)\/)secrets\.(?:ya?ml|json|toml)$|(?:^|\/)wp-config\.php$/,
    'file of secrets',
  ],
  [
    /(?:^|\/)etc\/(?:kubernetes\/(?:super-)?(?:admin|kubelet|controller-manager|scheduler)\.conf|rancher\/k3s\/k3s\.yaml)$/,
    'kubernetes credentials',
  ],
  [/\/windows\/system32\/config\/(?:sam|system|security)$|(?:^|\/)ntds\.dit$/, 'windows accounts'],
  [
    /(?:^|\/)(?:login data|cookies\.sqlite|key4\.db|logins\.json|login\.keychain(?:-db)?)$|\/library\/keychains\//,
    'browser or system keychain',
  ],
  [
    /(?:^|\/\/|@)(?:169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200|\[?fd00:ec2::254\]?|2852039166|0xa9fea9fe)(?:[:/]|$)|(?:^|\/)service-accounts\/[^/]+\/(?:token|identity)(?:[?#]|$)|(?:^|\/)meta-data\/iam\/security-credentials(?:\/|$)|(?:^|\/)metadata\/identity\/oauth2\/token(?:[?#]|$)/,
    'cloud metadata',
  ],
  [/^(?:op|vault|keychain|secret|aws-sm):\/\/(?:dev|development|test|testing|sandbox|local)\//, 'vault of development'],
  [/^(?:op|vault|keychain|secret|aws-sm):\/\//, 'secret store'],
  [/\/(?:api\/)?v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|\?|$)/, 'kubernetes secrets'],
];

/** All of them in one look: nearly no place is any. */
const ANY = new RegExp(STORES.map(([{ source }]) => source).join('|'));

const OWN_HOME = /^(?:(?:[a-z]:)?\/(?:home|users)\/[^/]+|\/root|\$home|\$\{home\}|%userprofile%)(?=\/)/i;
const LONGEST = 96;

/** The store of secrets that a word names, or null. It is read as it will be, so that `..` and look-alikes hide nothing. */
export function storeAt(word: string): SecretStore | null {
  // What curl sends of a file stands behind its flag, or the name of a field: `-d@.env`, `x@.env`.
  const path = word.replace(/^@(?=[/~.\w])|^[\w-]{1,40}@(?=[/~.])|^file:\/\/(?=\/)/i, '');
  const place = (canonical(path) ?? path).replaceAll('\\', '/');
  const lower = place.toLowerCase();
  if (!ANY.test(lower)) return null;
  for (const [pattern, kind] of STORES) {
    const found = pattern.exec(lower);
    if (found !== null)
      return storeOf(kind || found.slice(1).find((name) => name !== undefined)!, place, (one) => one.slice(0, LONGEST));
  }
  return null;
}

/** The same place from where the call is made: `.env` of one repository is not that of another. */
export function placedIn(base: string, store: SecretStore): SecretStore {
  const { kind, place } = store;
  if (base === '' || /^(?:[~/$%]|[a-z][a-z+.-]*:)/i.test(place)) return store;
  const whole = canonicalPath(`${base.replaceAll('\\', '/')}/${place}`) ?? place;
  return storeOf(kind, whole, (one) => one.slice(-LONGEST));
}

/** A home is the same under all names, and whose it is, is told beside. */
function storeOf(kind: string, whole: string, cut: (place: string) => string): SecretStore {
  const [home] = OWN_HOME.exec(whole) ?? [];
  if (home === undefined) return { kind, place: cut(whole) };
  const place = cut(`~${whole.slice(home.length)}`);
  return /^[$%]/.test(home) || !place.startsWith('~') ? { kind, place } : { kind, place, home };
}
