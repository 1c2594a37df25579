/** A home, under the names that it goes by. */
const HOME = String.raw`(?:(?:^|\/)~[^/]*|(?:^|\/)root|(?:^|\/)(?:home|users)\/[^/]+|\$home|\$\{home\}|%userprofile%)`;

const STORES: readonly [RegExp, string][] = [
  [
    /(?:^|\/)\.ssh(?:$|\/(?!(?:[\w.-]+\.pub|known_hosts(?:\.old)?)$))|(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh_host_\w+_key)(?:$|[^\w.])/,
    '.ssh',
  ],
  [/(?:^|\/)\.env(?:\.(?!example$|sample$|template$|dist$)[\w-]+)*$/, '.env'],
  [/(?:^|\/)etc\/(?:shadow|gshadow|sudoers|krb5\.keytab|master\.passwd)/, '/etc/shadow'],
  [new RegExp(String.raw`${HOME}\/\.aws(?:\/|$)|(?:^|\/)\.aws(?:$|\/(?:credentials|config|sso|cli)(?:\/|$))`), '.aws'],
  [
    new RegExp(
      String.raw`${HOME}\/\.(?:azure|docker)(?:\/|$)|(?:^|\/)\.docker\/(?:config\.json$|contexts|machine)|(?:^|\/)\.azure\/(?:msal|accesstokens|azureprofile|service_principal)|(?:^|\/)\.(?:gnupg|kube|oci|password-store|snowsql)\/|(?:^|\/)\.kube$|(?:^|\/)\.config\/(?:gcloud|gh|op|rclone)(?:\/|$)|(?:^|\/)\.local\/share\/keyrings(?:\/|$)`,
    ),
    'credentials in home',
  ],
  [
    /(?:^|\/)(?:\.netrc|_netrc|\.pgpass|\.my\.cnf|\.npmrc|\.pypirc|\.git-credentials|\.vault-token|\.htpasswd|\.boto|\.s3cfg|\.dockercfg|\.databrickscfg|\.(?:bash|zsh|psql|mysql|python)_history|\.cargo\/credentials(?:\.toml)?|\.gem\/credentials|\.m2\/settings(?:-security)?\.xml|\.terraform\.d\/credentials\.tfrc\.json)$/,
    'credentials in home',
  ],
  [/(?:^|\/)(?:var\/)?run\/secrets(?:\/|$)/, 'mounted secrets'],
  [/(?:^|\/)proc\/(?:(?:self|\d+|\*)\/(?:environ|mem)|[^/]+\/(?:environ|mem)$)/, 'process environment'],
  [
    /\.(?:p12|pfx|jks|keystore|kdbx|ppk|p8|tfstate)$|(?<!(?:^|[/_.-])(?:ca|cacert|certs?|certificate|chain|fullchain|public|pub|bundle|dhparams?|roots?))\.pem$|(?:private|secret)[\w.-]{0,64}\.asc$|(?:^|\/)(?:private|server|client|tls|ca|master|signing)[\w-]*\.key$|\/(?:ssl|tls|pki|certs?|private|keys)\/(?:[\w.-]+\/){0,4}[\w.-]+\.key$/,
    'key file',
  ],
  [
    /(?:^|\/)(?:credentials|client_secrets?[\w.-]*|service[-_]?account[\w.-]*)\.json$|(?:^|(?<!templates)\/)secrets\.(?:ya?ml|json|toml)$|(?:^|\/)wp-config\.php$/,
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
  [/^(?:op|vault|keychain|secret|aws-sm):\/\//, 'secret store'],
  [/\/(?:api\/)?v1\/(?:namespaces\/[^/]+\/)?secrets(?:\/|\?|$)/, 'kubernetes secrets'],
];

/** All of them in one look: nearly no place is any. */
const ANY = new RegExp(STORES.map(([{ source }]) => source).join('|'));

/** The store of secrets that a place is in, or null: in lower case, with slashes. */
export function nameOfStore(place: string): string | null {
  return ANY.test(place) ? (STORES.find(([pattern]) => pattern.test(place))?.[1] ?? null) : null;
}
