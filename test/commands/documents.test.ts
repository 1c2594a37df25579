import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { configSchema } from '../../schemas/config.ts';
import { configCommand } from '../../src/commands/config.ts';
import { detectorsCommand } from '../../src/commands/detectors.ts';
import { documents } from '../../src/commands/support/documents.ts';
import { type Harness, harness } from '../api/support.ts';
import { jsonLines } from '../support/json-lines.ts';
import { type House, house, run, spawned } from './support.ts';

const root = new URL('../..', import.meta.url);
let held: House | undefined;
let served: Harness | undefined;
afterEach(async () => {
  await held?.remove();
  await served?.close();
  held = served = undefined;
});

describe('generated files', () => {
  it.each(Object.entries(documents()))('%s is fresh (npm run docs writes it)', (path, text) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
  });

  it('the schemas are what the server serves', async () => {
    served = await harness();
    for (const name of ['event', 'config']) {
      const answer = await served.app.inject({ url: `/schema/${name}.json` });
      expect(answer.json(), name).toEqual(JSON.parse(documents()[`schemas/${name}.schema.json`]!));
    }
  });

  it('the catalogue tells of every detector and each of its settings', () => {
    const text = documents()['detectors/README.md']!;
    for (const { id, blindSpots, falsePositives } of detectors) {
      expect(text).toContain(`\n## ${id}\n`);
      for (const said of [...blindSpots, ...falsePositives]) expect(text).toContain(said);
    }
    expect(text).toContain('| `least_calls` | `30` |');
    expect(text).not.toMatch(/undefined|\[object/);
  });
});

describe('overreach detectors', () => {
  async function told(...args: string[]) {
    let out = '';
    const error = await run(detectorsCommand({ write: (text) => (out += text), color: false }), args);
    return { error, out };
  }

  it('shows the settings in force', async () => {
    held = await house({ detectors: { rate: { threshold: 7, least_calls: 99 }, 'off-hours': { enabled: false } } });
    const of = ['--config', held.config];
    const shown = jsonLines((await told('--json', ...of)).out);
    const byId = new Map(shown.map((one) => [one.id, one]));
    expect([...byId.keys()]).toEqual(detectors.map(({ id }) => id));
    expect(byId.get('rate')).toMatchObject({ enabled: true, threshold: 7, settings: { least_calls: 99 } });
    expect(byId.get('off-hours')).toMatchObject({ enabled: false });
    expect((await told(...of)).out).toMatch(/rate +yes +low +7 /);
    expect((await told('rate', ...of)).out).toContain('least_calls: 99');
    expect((await told('off-hours', ...of)).out).toContain('(off)');
  });

  it('knows what there is not', async () => {
    expect((await told('nosuch')).error).toMatch(/^ConfigError: nosuch: there is no such detector/);
  });
});

describe('overreach config', () => {
  async function said(...args: string[]) {
    let out = '';
    const error = await run(configCommand({ write: (text) => (out += text) }), args);
    return { error, out };
  }

  it('says that all is fine', async () => {
    held = await house({ detectors: { rate: { threshold: 5 } } });
    expect(await said('check', '--config', held.config)).toEqual({ error: undefined, out: `${held.config}: fine\n` });
  });

  it('names every mistake with the path of its value', async () => {
    held = await house({
      http: { host: '0.0.0.0' },
      agents: [{ match: '(', id: 'x' }],
      detectors: { nosuch: {} },
      grants: ['absent.yaml'],
      store: { kind: 'clickhouse', url: 'http://127.0.0.1:1', password_env: 'NOT_SET' },
      alerts: { channels: [{ kind: 'webhook', name: 'soc', url: 'https://soc.example/hook' }] },
    });
    const { error, out } = await said('check', '--json', '--config', held.config);
    expect(error).toMatch(/^ConfigError: /);
    const { ok, problems } = JSON.parse(out) as { ok: boolean; problems: string[] };
    expect(ok).toBe(false);
    const paths = ['http.host', 'agents', 'absent.yaml', 'detectors.nosuch', 'alerts.channels.0', 'store.password_env'];
    for (const path of paths)
      expect(
        problems.filter((one) => one.includes(path)),
        path,
      ).toHaveLength(1);
    expect(problems).toHaveLength(paths.length);
  });

  it('names the line of a mistake that no schema sees, or the variable that made it', async () => {
    held = await house({});
    const text = [
      'http:',
      '  tokens:',
      '    - { name: gw, token_env: NOT_SET, roles: [ingest] }',
      '    - { name: soc, token_env: NOT_SET_EITHER, roles: [read] }',
      'detectors:',
      '  nosuch: {}',
      '  rate: { ceiling: 3 }',
      'alerts:',
      '  channels:',
      "    - { kind: webhook, name: soc, url: 'https://soc.example/hook' }",
      '    - { kind: slack, name: team }',
    ];
    writeFileSync(held.config, text.join('\n'));
    const { error } = await said('check', '--config', held.config);
    expect(error?.replaceAll(`${held.config}:`, '')).toBe(
      [
        'ConfigError: 3: http.tokens.0.token_env: the environment variable NOT_SET is not set',
        '4: http.tokens.1.token_env: the environment variable NOT_SET_EITHER is not set',
        '6: detectors.nosuch: there is no such detector (see `overreach detectors`)',
        '7: detectors.rate.ceiling: there is no such setting (see `overreach detectors rate`)',
        '10: alerts.channels.0 (soc): a webhook needs secret_env (or secret)',
        '11: alerts.channels.1 (team): a slack channel needs url or url_env',
      ].join('\n'),
    );
    writeFileSync(held.config, 'detectors: { rate: {\n  threshhold: 3 } }');
    expect((await said('check', '--config', held.config)).error).toBe(
      `ConfigError: ${held.config}:2: detectors.rate.threshhold: there is no such setting (see \`overreach detectors rate\`)`,
    );
    writeFileSync(held.config, 'sources: { kafka: { brokers: [b:1], topics: [{ name: t, gateway: toolhiv }] } }');
    expect((await said('check', '--config', held.config)).error).toMatch(
      /:1: sources\.kafka\.topics\.0\.gateway: there is no/,
    );
    writeFileSync(held.config, '');
    vi.stubEnv('OVERREACH_DETECTORS', '{ nosuch: {} }');
    expect((await said('check', '--config', held.config)).error).toMatch(/: OVERREACH_DETECTORS: detectors\.nosuch: /);
    vi.unstubAllEnvs();
    vi.stubEnv('OVERREACH_HASH_KEY', 'short');
    expect((await said('check', '--config', held.config)).error).toMatch(/OVERREACH_HASH_KEY: a key of at least 16/);
    vi.unstubAllEnvs();
  });

  it('refuses what `up` refuses: routes to nobody, a folder that is a file, certificates that are not there', async () => {
    held = await house({});
    const lines = [
      `data_dir: ${held.config}`,
      'sources: { kafka: { brokers: [b:1], topics: [{ name: t }], ssl: { ca_file: absent.pem } } }',
      'alerts: { routes: [{ channels: [nobody] }] }',
    ];
    writeFileSync(held.config, lines.join('\n'));
    const { error } = await said('check', '--config', held.config);
    expect(error?.replaceAll(`${held.config}:`, '').split('\n')).toEqual([
      expect.stringMatching(/^ConfigError: 1: data_dir: .* is, or is in, a file/),
      '3: alerts.routes.0.channels: no channel is named nobody',
      expect.stringMatching(/^2: sources\.kafka\.ssl\.ca_file: .*absent\.pem cannot be read/),
    ]);
    writeFileSync(held.config, 'alerts: { default: [nobody] }');
    expect((await said('check', '--config', held.config)).error).toContain(
      '1: alerts.default: no channel is named nobody',
    );
  });

  it('tells all that can be known in one go: of its form, of the environment and of all that it names', async () => {
    held = await house({});
    const named = (name: string, text: string): string => {
      const path = join(dirname(held!.config), name);
      writeFileSync(path, text);
      return path;
    };
    const grants = [
      named('a.yaml', 'grants: [{ id: a, agents: ["*"], targets: [{ regex: "(" }] }, { id: a, agents: ["*"] }]'),
      named('b.yaml', 'charters: [{ agents: 1 }]'),
    ];
    const text = [
      'http: { port: many, tokens: [{ name: gw, token_env: NOT_SET, roles: [ingest] }] }',
      'nonsense: 1',
      'detectors: { nosuch: {}, rate: { threshold: -1, one: 1, two: 2 } }',
      `grants: [${grants.join(', ')}]`,
      'catalogue: [gone.yaml, gone-too.yaml]',
      'agents: [{ match: "(", id: a }, { match: "[", id: b }]',
      'alerts:',
      '  routes: [{ channels: [nobody] }]',
      '  default: [no-one]',
      'redaction: { patterns: ["("] }',
      'store: { kind: clickhouse, url: "http://127.0.0.1:1", password_env: NOT_SET }',
    ];
    writeFileSync(held.config, text.join('\n'));
    vi.stubEnv('OVERREACH_NOTHING', '1');
    const { error } = await said('check', '--config', held.config);
    vi.unstubAllEnvs();
    const wanted = [
      /OVERREACH_NOTHING: names no value/,
      /:1: http\.port: expected number/,
      /:3: detectors\.rate\.threshold: /,
      /:2: at the top: there is no key nonsense here/,
      /:1: http\.tokens\.0\.token_env: the environment variable NOT_SET is not set/,
      /:10: redaction\.patterns\.0: /,
      /:6: agents\.0\.match: /,
      /:6: agents\.1\.match: /,
      /:3: detectors\.nosuch: /,
      /:3: detectors\.rate\.one: /,
      /:3: detectors\.rate\.two: /,
      /gone\.yaml: there is no such file/,
      /gone-too\.yaml: there is no such file/,
      /:8: alerts\.routes\.0\.channels: no channel is named nobody/,
      /:9: alerts\.default: no channel is named no-one/,
      /:11: store\.password_env: /,
      /a\.yaml:1: grants\.0\.targets\.0\.regex: not an expression/,
      /a\.yaml:1: grants\.1\.id: a is the id of another/,
      /b\.yaml:1: charters\.0\.agents: /,
    ];
    const lines = error!.split('\n');
    for (const [n, line] of wanted.entries()) expect(lines[n]).toMatch(line);
    expect(lines).toHaveLength(wanted.length);
    const up = await spawned(['up', '--config', held.config], { OVERREACH_NOTHING: '1' });
    expect([up.code, up.err.replaceAll('overreach: ', '')]).toEqual([
      2,
      `${lines.join('\n').replace('ConfigError: ', '')}\n`,
    ]);
  });

  it('tells nothing that is only so because of another mistake', async () => {
    held = await house({});
    const text = [
      'http: { host: 0.0.0.0, tokens: [{ name: gw, roles: [ingest] }] }',
      'sources: { kafka: { brokers: [nowhere], topics: [{ name: t }] } }',
      'alerts: { channels: [{ kind: kafka, name: k, topic: told }] }',
    ];
    writeFileSync(held.config, text.join('\n'));
    const of = async () => (await said('check', '--config', held!.config)).error?.replaceAll(`${held!.config}:`, '');
    expect((await of())?.split('\n')).toEqual([
      expect.stringMatching(/^ConfigError: 2: sources\.kafka\.brokers\.0: /),
      expect.stringMatching(/^1: http\.tokens\.0\.token_env: it is missing/),
    ]);
    writeFileSync(held.config, 'alerts: { channels: [{ kind: pigeon, name: p }], routes: [{ channels: [p] }] }');
    expect((await of())?.split('\n')).toEqual([expect.stringMatching(/^ConfigError: 1: alerts\.channels\.0\.kind: /)]);
    vi.stubEnv('OVERREACH_HTTP_TOKENS', '[');
    writeFileSync(held.config, 'http: { host: 0.0.0.0 }');
    expect(await of()).toMatch(/^ConfigError: OVERREACH_HTTP_TOKENS: is no YAML[^\n]*$/);
    vi.unstubAllEnvs();
  });

  it('prints the schema', async () => {
    const { out } = await said('schema');
    expect(Object.keys(JSON.parse(out).properties)).toEqual(Object.keys(configSchema.shape));
  });

  it('names the file that is mistaken, also where it was not named by who asks', async () => {
    held = await house();
    writeFileSync(held.config, 'http: [');
    const { out } = await spawned(['config', 'check', '--json'], { OVERREACH_CONFIG: held.config });
    expect(JSON.parse(out)).toMatchObject({ ok: false, file: held.config });
  });

  it('is the same as a program of its own, with exit codes', async () => {
    held = await house({ detectors: { nosuch: {} } });
    const wrong = await spawned(['config', 'check', '--config', held.config]);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('detectors.nosuch: there is no such detector');
    expect((await spawned(['detectors', 'rate', '--markdown'])).out).toContain('## rate');
    expect((await spawned(['detectors', '--nonsense'])).code).toBe(2);
    const inFile = await spawned(['simulate', '--agents', '1', '--days', '1', '--out', held.config]);
    expect([inFile.code, inFile.err]).toEqual([2, `overreach: ${held.config}: cannot be written (EEXIST)\n`]);
  });
});
