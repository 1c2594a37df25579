import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configSchema } from '../schemas/config.ts';
import { loadConfig } from '../src/config.ts';
import { checkDataFolder, hashKey, makeDataFolder, passingHashKey } from '../src/data-folder.ts';
import { arm } from '../src/engine/rules.ts';
import { environmentValues } from '../src/environment.ts';
import { ConfigError } from '../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'overreach-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = (text: string): string => {
  const path = join(folder, 'overreach.config.yaml');
  writeFileSync(path, text);
  return path;
};
const load = (text: string, env: Record<string, string> = {}) => loadConfig(written(text), env);

describe('a configuration', () => {
  it('needs nothing: every value has a default', () => {
    expect(loadConfig(undefined, {}).config).toMatchObject({
      store: { kind: 'chdb' },
      http: { host: '127.0.0.1', port: 8410 },
    });
    expect(load('').config).toEqual(load('{}').config);
  });

  it.each([
    ['http: { port: 99999 }', /http\.port: /],
    ['http: { prot: 1 }', /http: .*prot/],
    ['\n\nnonsense: 1', /\.yaml:3: at the top: there is no key nonsense here$/],
    ['http: { prot: 1 }', /\.yaml:1: http: there is no key prot here; port is meant\?$/],
    ['port: 9000', /\.yaml:1: at the top: there is no key port here; http\.port is meant\?$/],
    ['http: { tokens: [{ name: a, token_env: A, token: b, roles: [read] }] }', /no key token here$/],
    ['alerts: { channels: [{ kind: slack, name: a, url_env: A, secret: b }] }', /no key secret here$/],
    ['store: { kind: oracle }', /store\.kind: /],
    ['alerts: { channels: [{ kind: webhook, name: soc, url: nowhere }] }', /alerts\.channels\.0\.url: /],
    ['detectors: { rate: { severity: loud } }', /detectors\.rate\.severity: /],
    ['retention: { events_days: 0 }', /retention\.events_days: /],
    // A hundred years end in 1990 by the engine's count, and every row would be deleted as it comes.
    ['retention: { events_days: 36500 }', /retention\.events_days: .*20000/],
    ['retention: { alerts_days: 36500 }', /retention\.alerts_days: .*20000/],
    [
      'sources: { kafka: { brokers: [b:1], topics: [{ name: overreach-events }] } }',
      /sources\.kafka\.internal_topic: is also read/,
    ],
    ['data_dir: ""', /data_dir: the name of a folder/],
    ...['ftp://h', 'http://h:8123/?x=1', 'http://h:8123/path', 'http://user:pw@h', 'h:8123'].map(
      (url): [string, RegExp] => [`store: { kind: clickhouse, url: "${url}" }`, /store\.url: .*expected/],
    ),
    ['alerts: { channels: [{ kind: slack, name: a, url: "ftp://x/y" }] }', /channels\.0\.url: .*http:\/\//],
    ['alerts: { channels: [{ kind: syslog, name: a, host: "" }] }', /channels\.0\.host: a name/],
    ['alerts: { channels: [{ kind: syslog, name: a, host: h, port: 0 }] }', /channels\.0\.port: .*1/],
    ...['127.0.0.1', '127.0.0.1:99999', 'b:0', 'kafka://h:9092', '[::1]:9092', ''].map((broker): [string, RegExp] => [
      `sources: { kafka: { brokers: ["${broker}"], topics: [{ name: t }] } }`,
      /sources\.kafka\.brokers\.0: host and port are expected/,
    ]),
    ['sources: { kafka: { brokers: [b:1], topics: [{ name: a b }] } }', /topics\.0\.name: letters/],
    [
      'sources: { kafka: { brokers: [b:1], topics: [{ name: t }, { name: u }, { name: t, gateway: obot }] } }',
      /topics\.2\.name: t is named twice/,
    ],
    ...['t', 'overreach-events'].map((topic): [string, RegExp] => [
      `{ sources: { kafka: { brokers: [b:1], topics: [{ name: t }] } }, alerts: { channels: [{ kind: kafka, name: a, topic: ${topic} }] } }`,
      /alerts\.channels\.0\.topic: is also read/,
    ]),
    ['- a\n- list', /a mapping is expected/],
    ['http:\n  port: [1', /\.yaml:\d+: /],
  ])('says in one line where the mistake is: %s', (text, message) => {
    const mistake = (): unknown => load(text);
    expect(mistake).toThrow(ConfigError);
    expect(mistake).toThrow(message);
    expect(mistake).toThrow(/^[^\n]+$/);
  });

  it('says all its mistakes, a line each', () => {
    const mistake = (): unknown => load('http:\n  port: many\nstore: { kind: oracle }\nretension: 3\n');
    expect(mistake).toThrow(
      /^\S+:3: store\.kind: .*\n\S+:2: http\.port: expected number, received string\n\S+:4: at the top: there is no key retension here; retention is meant\?$/,
    );
  });

  it('names the line of the key, which may stand above its value', () => {
    const text =
      'http:\n  port: 1\nretension:\n\n  events_days: 3\ngrants:\n  - a.yaml\n  - { b: 1 }\nlog:\n  level:\n    loud\n';
    const mistake = (): unknown => load(text);
    expect(mistake).toThrow(/:3: at the top: there is no key retension here/);
    expect(mistake).toThrow(/:8: grants\.1: /);
    expect(mistake).toThrow(/:10: log\.level: /);
  });

  it('says which file cannot be read', () => {
    expect(() => loadConfig(join(folder, 'gone.yaml'), {})).toThrow(/gone\.yaml: there is no such file/);
  });

  it('knows its detectors and their settings by name', () => {
    expect(() => arm({ ratte: { enabled: true } })).toThrow('detectors.ratte: there is no such detector');
    expect(() => arm({ rate: { enabled: true, floorr: 3 } })).toThrow(/detectors\.rate\..*floorr/s);
  });

  it('places files beside itself', () => {
    const files = 'channels: [{ kind: file, name: f, path: told.jsonl }, { kind: console, name: c }]';
    const { config } = load(`{ data_dir: d, grants: [g.yaml], catalogue: [/abs/c.yaml], alerts: { ${files} } }`);
    expect(config).toMatchObject({
      data_dir: join(folder, 'd'),
      grants: [join(folder, 'g.yaml')],
      catalogue: ['/abs/c.yaml'],
      alerts: { channels: [{ path: join(folder, 'told.jsonl') }, { name: 'c' }] },
    });
    const kafka = '{ brokers: [b:1], topics: [{ name: t }], ssl: { ca_file: ca.pem } }';
    expect(load(`{ sources: { kafka: ${kafka} } }`).config.sources.kafka?.ssl).toEqual({
      ca_file: join(folder, 'ca.pem'),
      reject_unauthorized: true,
    });
  });
});

describe('the environment', () => {
  it('overrides the file, value by value, as YAML', () => {
    const env = { OVERREACH_HTTP_PORT: '9000', OVERREACH_GRANTS: '["/a.yaml"]', OVERREACH_REDACTION_ENTROPY: 'false' };
    const { config } = load('http: { port: 1, host: localhost }', env);
    expect(config).toMatchObject({
      http: { port: 9000, host: 'localhost' },
      grants: ['/a.yaml'],
      redaction: { entropy: false },
    });
  });

  it('is checked like the file', () => {
    expect(() => load('', { OVERREACH_HTTP_PORT: 'many' })).toThrow(
      /^OVERREACH_HTTP_PORT: http\.port: expected number/,
    );
    expect(() => load('', { OVERREACH_HTTP_PROT: '1' })).toThrow(
      'OVERREACH_HTTP_PROT: names no value of the configuration; OVERREACH_HTTP_PORT is meant?',
    );
    expect(() => load('', { OVERREACH_GRANTS: '["a.yaml"' })).toThrow(/^OVERREACH_GRANTS: is no YAML/);
    expect(() => load('', { OVERREACH_GRANTS: 'a.yaml' })).toThrow(/^OVERREACH_GRANTS: grants: a list is expected/);
  });

  it('may name a secret of ours that stands before it in the environment', () => {
    const named = '[{ name: gw, token_env: OVERREACH_GW_TOKEN }]';
    const { config } = load('', { OVERREACH_GW_TOKEN: 'secret', OVERREACH_HTTP_TOKENS: named });
    expect(config.http.tokens[0]!.token_env).toBe('OVERREACH_GW_TOKEN');
  });

  it('gives a part beside the whole, whichever is set first', () => {
    for (const names of [
      ['OVERREACH_HTTP_PORT', 'OVERREACH_HTTP'],
      ['OVERREACH_HTTP', 'OVERREACH_HTTP_PORT'],
    ]) {
      const values: Record<string, string> = { OVERREACH_HTTP_PORT: '9000', OVERREACH_HTTP: '{ host: localhost }' };
      const env = Object.fromEntries(names.map((name) => [name, values[name]!]));
      expect(load('', env).config.http).toMatchObject({ host: 'localhost', port: 9000 });
    }
  });

  it('takes texts as they are, and what is empty as not set', () => {
    const { config } = load('', {
      OVERREACH_DATA_DIR: '/var/1e5',
      OVERREACH_SOURCES_KAFKA: '',
      OVERREACH_HTTP_HOST: '::1',
    });
    expect(config).toMatchObject({ data_dir: '/var/1e5', http: { host: '::1' } });
    expect(load('', { OVERREACH_LOG_LEVEL: 'silent' }).config.log.level).toBe('silent');
  });

  it('leaves alone what Kubernetes says of a service called overreach', () => {
    const links = {
      OVERREACH_SERVICE_HOST: '10.0.0.7',
      OVERREACH_SERVICE_PORT_HTTP: '8410',
      OVERREACH_PORT: 'tcp://10.0.0.7:8410',
      OVERREACH_PORT_8410_TCP_ADDR: '10.0.0.7',
    };
    expect(load('', links).config.http.port).toBe(8410);
  });

  it('reaches every value that is no item of a list, each under one name', () => {
    const paths = environmentValues();
    expect(paths.get('OVERREACH_CHECKPOINT_DEDUPE_WINDOW')?.path).toEqual(['checkpoint', 'dedupe_window']);
    for (const key of Object.keys(configSchema.shape)) expect(paths.has(`OVERREACH_${key.toUpperCase()}`)).toBe(true);
  });

  it('gives secrets by the names that the configuration tells', () => {
    const loaded = load('', { SOC_SECRET: 'whsec_x', EMPTY: '' });
    expect(loaded.requireSecret('SOC_SECRET', 'here')).toBe('whsec_x');
    expect(() => loaded.requireSecret('EMPTY', 'alerts.channels.0')).toThrow(
      'alerts.channels.0: the environment variable EMPTY is not set',
    );
  });
});

describe('the folder of the record', () => {
  it('is made for its owner alone; what is no folder is said', () => {
    const place = join(folder, 'deep', 'record');
    makeDataFolder(place);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const file = written('');
    expect(() => makeDataFolder(file)).toThrow(`data_dir: ${file} is, or is in, a file`);
    expect(() => makeDataFolder(join(file, 'below'))).toThrow('name a folder');
    expect(() => checkDataFolder(file)).toThrow(`data_dir: ${file} is, or is in, a file`);
    expect(() => checkDataFolder(join(folder, 'nowhere'))).not.toThrow();
  });
});

describe('the key of keyed hashes', () => {
  it('is made once, for its owner alone, and found again', () => {
    const loaded = load('data_dir: data');
    const passing = passingHashKey(loaded);
    const key = hashKey(loaded);
    expect(key).toHaveLength(32);
    expect(key).not.toEqual(passing);
    expect(hashKey(load('data_dir: data'))).toEqual(key);
    expect(passingHashKey(loaded)).toEqual(key);
    expect(statSync(join(folder, 'data', 'hash.key')).mode & 0o777).toBe(0o600);
  });

  it.each(['', 'no key', 'abcd', 'abc'.repeat(21)])('is not taken from a file that holds %j', (text) => {
    const data = mkdtempSync(join(folder, 'broken-'));
    writeFileSync(join(data, 'hash.key'), text);
    const loaded = load('', { OVERREACH_DATA_DIR: data });
    expect(() => hashKey(loaded)).toThrow(`${join(data, 'hash.key')}: holds no key in hex`);
    expect(() => passingHashKey(loaded)).toThrow(ConfigError);
  });

  it('may come from the environment, if it is long enough', () => {
    const long = load('', { OVERREACH_HASH_KEY: 'sixteen letters.' });
    expect(hashKey(long).toString()).toBe('sixteen letters.');
    expect(() => hashKey(load('', { OVERREACH_HASH_KEY: 'short' }))).toThrow(/OVERREACH_HASH_KEY: .*16/);
  });
});
