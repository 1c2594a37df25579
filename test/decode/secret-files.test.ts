import { describe, expect, it } from 'vitest';
import { mayHoldSecret } from '../../src/decode/may-hold-secret.ts';
import { createRedactor } from '../../src/decode/redact.ts';
import { hasher } from '../support/decoding.ts';

const redactor = createRedactor(hasher);
const redacted = (value: unknown): string =>
  JSON.stringify(
    redactor.value(structuredClone(value), 'result', {
      fields: new Set(),
      clean: !mayHoldSecret(JSON.stringify(value)),
    }),
  );

const PASSWORD = 'Tr0ub4dor';
const LOGIN = Buffer.from('ann:Tr0ub4dor-3x').toString('base64');
const AWS = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const PEM = Buffer.from('-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA').toString('base64');

/** What files that keep secrets hold, whole or as a search finds a line of them, and what of it may not stay. */
const KEPT: [name: string, text: string, ...secrets: string[]][] = [
  ['.npmrc', '//npm.corp.example/:_authToken=hunterhunter', 'hunterhunter'],
  ['.npmrc', '//npm.corp.example/:_authToken=4f2a9c1e-77d0-4b1e-9a31-0c5d2e8f1a77', '4f2a9c1e'],
  ['.npmrc, found', '/home/ann/.npmrc:3://npm.corp.example/:_authToken=hunterhunter', 'hunterhunter'],
  ['.npmrc', `_auth=${LOGIN}`, LOGIN],
  ['.npmrc', `//npm.corp.example/:_auth="${LOGIN}"`, LOGIN],
  ['.npmrc', '//npm.corp.example/:_password=VHIwdWI0ZG9y', 'VHIwdWI0ZG9y'],
  ['.yarnrc.yml', 'npmAuthToken: "hunterhunter"', 'hunterhunter'],
  ['.yarnrc.yml', 'npmAuthIdent: ann:Tr0ub4dor', PASSWORD],
  ['.netrc', 'machine github.com\n  login ann\n  password Tr0ub4dor\n', PASSWORD],
  ['.netrc without a login', 'machine api.corp.example password swordfish', 'swordfish'],
  ['.netrc, a line', '  password Tr0ub4dor', PASSWORD],
  ['.netrc, a line', 'login ann password Tr0ub4dor', PASSWORD],
  ['.pgpass', 'db.corp.example:5432:orders:ann:Tr0ub4dor', PASSWORD],
  ['.pgpass', '*:*:*:postgres:Tr0ub4dor', PASSWORD],
  ['.pgpass', 'localhost:5432:*:ann:swordfish\n10.0.0.4:5433:orders:app:Tr0ub4dor', 'swordfish', PASSWORD],
  ['.pgpass, found', '/root/.pgpass:db:5432:orders:ann:Tr0ub4dor', PASSWORD],
  ['kubeconfig', 'users:\n- name: admin\n  user:\n    token: Tr0ub4dorTr0ub4dor', PASSWORD],
  ['kubeconfig', `client-key-data: ${PEM}`, PEM],
  ['docker config.json', `{"auths":{"r.example":{"auth":"${LOGIN}"}}}`, LOGIN],
  ['docker config.json, a line', `    "auth": "${LOGIN}"`, LOGIN],
  ['docker config.json', '"identitytoken": "correcthorsebattery"', 'correcthorse'],
  ['environment', `AWS_SECRET_ACCESS_KEY=${AWS}`, 'wJalr'],
  ['.aws/credentials', `aws_secret_access_key = ${AWS}`, 'wJalr'],
  ['.tfvars', `secret_key = "${AWS}"`, 'wJalr'],
  ['PEM', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----', 'MIIEvQ'],
  ['PEM, cut off', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA', 'b3Blbn'],
  ['PuTTY', 'Private-Lines: 2\nAAABAQCkx9vQ7Zr3LmN8\nd9f0aTr2Lk3Q\nPrivate-MAC: 0', 'AAABAQ', 'd9f0aT'],
  ['a URL', 'postgres://ann:Tr0ub4dor@db.corp.example/orders', PASSWORD],
  ['a database of Go', 'MYSQL_DSN=ann:Tr0ub4dor@tcp(db.corp.example:3306)/orders', PASSWORD],
  ['ADO.NET', 'Server=db;Uid=ann;Pwd=Tr0ub4dor;', PASSWORD],
  ['libpq', 'host=db user=ann password=Tr0ub4dor dbname=o', PASSWORD],
  ['Oracle', 'jdbc:oracle:thin:ann/Tr0ub4dor@//db:1521/o', PASSWORD],
  ['Oracle', 'sqlplus -s ann/Tr0ub4dor@ORCL', PASSWORD],
  ['JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl', 'eyJzdWIi'],
  ['/etc/shadow', 'root:$6$q1w2e3r4$Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6:19000:0:99999:7:::', 'Zm9vYmFy'],
  ['.htpasswd', 'ann:$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'N9qo8u'],
  ['a deployment', '- name: DB_PASSWORD\n  value: Tr0ub4dor', PASSWORD],
  ['a deployment', '[{"name":"API_TOKEN","value":"swordfish"}]', 'swordfish'],
  ['NuGet', '<add key="ClearTextPassword" value="Tr0ub4dor" />', PASSWORD],
  ['rclone', 'pass = Tr0ub4dorTr0ub4dor', PASSWORD],
];

describe('what a file keeps secret', () => {
  it.each(KEPT)('%s: %s', (_, text, ...secrets) => {
    const ways = [
      text,
      JSON.stringify({ stdout: text }),
      { command: `cat > x <<'E'\n${text}\nE` },
      { command: `echo '${text}' >> x` },
    ];
    for (const way of ways) for (const secret of secrets) expect(redacted(way)).not.toContain(secret);
  });

  it.each([
    { '//npm.corp.example/:_authToken': 'swordfish' },
    { _auth: LOGIN },
    { npmAuthIdent: LOGIN },
    { auths: { 'r.example': { auth: LOGIN } } },
    { auths: { 'r.example': { identitytoken: 'swordfish' } } },
    { registrytoken: 'swordfish' },
    { peer: { PresharedKey: 'swordfish' } },
    { wifi: { psk: 'swordfish' } },
  ])('read and taken apart: %j', (value) => {
    const out = redacted(value);
    expect(out).toContain('[redacted:');
    for (const secret of ['swordfish', LOGIN]) expect(out).not.toContain(secret);
  });

  it.each([
    `//npm.corp.example/:_authToken=\${NPM_TOKEN}`,
    'src/cart.c:1204:12:warning: unused variable',
    'IPv6:3669:c709:e981:4884:59a3:75d1',
    'fe80:1234:abcd:ef01:2345:6789',
    '*:*:*:*:*:*:*:*',
    'the machine learning team, and a login and password form',
    'password rotation is due',
    'sed "s/a/$1$2/" sqlplus /nolog',
    '- name: max_tokens\n  value: 4096',
    '- name: session_token\n  value: 4096',
    'key: "Access-Control-Allow-Credentials", value: "true"',
    '- name: DB_PASSWORD\n  valueFrom: { secretKeyRef: { name: db } }',
    'pass: test_login_2, pass=12',
    'db.corp.example:5432 is up',
  ])('leaves alone what only looks like it: %s', (text) => {
    expect(redacted(text)).toBe(JSON.stringify(text));
  });
});
