import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectors } from '../detectors/index.ts';
import { gateways } from '../schemas/gateways/index.ts';
import { CHANNELS } from '../src/alerts/channels/index.ts';

/**
 * What each room may import beside itself. A name that ends in `/` is a whole room, `type:` allows types alone, and
 * `file: ...` gives a single file more than its room has.
 */
const ROOMS: Record<string, readonly string[]> = {
  'schemas/': ['zod'],
  'detectors/': ['schemas/', 'zod', 'simple-statistics', 'ipaddr.js'],
  'src/decode/': [
    'schemas/',
    'src/hash.ts',
    'src/errors.ts',
    'src/glob.ts',
    'src/mistakes.ts',
    'src/password-words.ts',
    'type:src/sources/source.ts',
    'node:buffer',
  ],
  'src/engine/': ['schemas/', 'detectors/', 'src/glob.ts', 'src/hash.ts', 'src/password-words.ts', 're2js'],
  'src/pipeline/': [
    'schemas/',
    'src/decode/',
    'src/engine/',
    'src/errors.ts',
    'src/wait.ts',
    'type:src/sources/source.ts',
    'type:src/stores/store.ts',
  ],
  'src/sources/': ['schemas/', 'src/errors.ts', 'src/wait.ts', 'node:'],
  'src/stores/': ['schemas/', 'src/errors.ts', 'node:'],
  'src/alerts/': [
    'schemas/',
    'src/glob.ts',
    'src/hash.ts',
    'src/say-once.ts',
    'src/unseen.ts',
    'type:src/stores/store.ts',
    'node:',
    'lru-cache',
    'ipaddr.js',
    'picocolors',
  ],
  'src/api/': [
    'schemas/',
    'src/errors.ts',
    'src/log.ts',
    'src/metrics.ts',
    'src/sources/source.ts',
    'type:src/stores/store.ts',
    'node:',
    'zod',
    'fastify',
    '@fastify/rate-limit',
  ],
  // People's side of the rules: what grants mean is the engine's to say.
  'src/grants/': [
    'schemas/',
    'src/engine/',
    'src/errors.ts',
    'src/mistakes.ts',
    'src/unseen.ts',
    'src/yaml.ts',
    'yaml',
  ],
  'src/creep/': ['schemas/', 'detectors/', 'src/engine/', 'src/grants/'],
  'src/simulate/': ['schemas/', 'node:', 'yaml'],
  'src/backtest/': ['schemas/', 'src/errors.ts', 'src/sources/jsonl.ts', 'src/unseen.ts'],
  'src/commands/': ['schemas/', 'detectors/', 'src/', 'node:', 'commander', 'picocolors', 'yaml', 'zod'],
};

const FILES: Record<string, readonly string[]> = {
  // The only places that know a client or an engine of somebody else's.
  'src/sources/kafka.ts': ['kafkajs'],
  'src/sources/kafka-bounds.ts': ['kafkajs'],
  'src/sources/kafka-client.ts': ['kafkajs'],
  'src/sources/kafka-fetches.ts': ['kafkajs'],
  'src/sources/kafka-record.ts': ['kafkajs'],
  'src/sources/kafka-producer.ts': ['kafkajs'],
  'src/sources/schema-registry.ts': ['avsc'],
  'src/stores/clickhouse.ts': ['@clickhouse/client'],
  'src/stores/chdb.ts': ['@clickhouse/client', 'chdb/connection'],
  'src/decode/linear.ts': ['re2js'],
  'src/decode/packed.ts': ['node:zlib'],
  'src/pipeline/agents-that-fit.ts': ['node:v8'],
  'src/pipeline/spill.ts': ['node:'],
  'src/pipeline/lanes/lanes.ts': ['node:os'],
  'src/pipeline/lanes/remote.ts': ['node:worker_threads'],
  'src/pipeline/lanes/thread.ts': ['node:worker_threads'],
  'src/api/otlp/messages.ts': ['protobufjs/light.js'],
  // A mistake in a detector's settings is told with the path of the value.
  'src/engine/rules.ts': ['zod'],
  'src/cli.ts': ['commander', 'src/config.ts', 'src/commands/'],
  'src/index.ts': ['schemas/', 'detectors/', 'src/'],
  'src/config.ts': ['schemas/', 'src/environment.ts', 'src/errors.ts', 'src/sound.ts', 'src/yaml.ts', 'node:'],
  'src/environment.ts': ['schemas/config.ts', 'src/nearest.ts', 'yaml', 'zod'],
  'src/mistakes.ts': ['src/errors.ts'],
  'src/sound.ts': ['src/yaml.ts', 'type:zod'],
  'src/data-folder.ts': ['src/errors.ts', 'type:src/config.ts', 'node:'],
  'src/nearest.ts': [],
  'src/yaml.ts': ['src/errors.ts', 'src/nearest.ts', 'node:', 'yaml', 'zod'],
  'src/errors.ts': [],
  'src/glob.ts': [],
  'src/hash.ts': ['node:crypto', 'schemas/remember.ts'],
  'src/password-words.ts': [],
  'src/say-once.ts': [],
  'src/unseen.ts': [],
  'src/wait.ts': ['node:'],
  'src/log.ts': ['pino'],
  'src/metrics.ts': ['schemas/', 'prom-client'],
};

/** One idea each: longer ones are named here, so that their number does not grow unseen. */
const MAX_LINES = 200;
const SLACK = 10;
const LONGER: Record<string, number> = {
  'detectors/argument-novelty.ts': 290,
  'detectors/delegation.ts': 228,
  'detectors/denials.ts': 275,
  'detectors/detector.ts': 225,
  'detectors/rate.ts': 290,
  'schemas/api.ts': 250,
  'schemas/event.ts': 330,
  'src/alerts/watch/watch.ts': 220,
  'src/pipeline/run.ts': 225,
  'src/simulate/stories.ts': 250,
  'src/stores/store.ts': 235,
  'src/sources/kafka.ts': 275,
};

const root = new URL('..', import.meta.url).pathname;
const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort();
const files = ['schemas', 'detectors', 'src'].flatMap(below);
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
/** A comment, or what may look as if it held one and holds none: a string, a template, a pattern. */
const COMMENT_OR_TEXT =
  /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};]\s*|return )\/(?![*/])(?:\[(?:[^\]\\\n]|\\.)*\]|\\.|[^/\\[\n])+\//gm;
/** Without comments and the insides of strings: what is code. Templates hold code, and stay. */
const codeIn = (text: string): string =>
  text.replace(COMMENT_OR_TEXT, (found) =>
    found.startsWith("'") ? "''" : found.startsWith('/*') || found.startsWith('//') ? '' : found,
  );
const codeOf = (file: string): string => codeIn(textOf(file));

interface Import {
  name: string;
  type: boolean;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const statement = /\b(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;
  for (const [, type, name, dynamic] of textOf(file).matchAll(statement)) {
    const named = name ?? dynamic!;
    found.push({
      name: named.startsWith('.') ? normalize(join(dirname(file), named)) : named,
      type: type !== undefined,
    });
  }
  return found;
}

const linesOf = (file: string): number => textOf(file).split('\n').length - 1;
const roomOf = (file: string): string => Object.keys(ROOMS).find((room) => file.startsWith(room)) ?? '';
const matches = (allowed: string, name: string): boolean =>
  allowed.endsWith('/') || allowed.endsWith(':') ? name.startsWith(allowed) : name === allowed;
const allows = (allowed: string, { name, type }: Import): boolean =>
  allowed.startsWith('type:') ? type && matches(allowed.slice(5), name) : matches(allowed, name);

describe('rooms', () => {
  it('every file stands in a room of the table', () => {
    expect(files.filter((file) => roomOf(file) === '' && FILES[file] === undefined)).toEqual([]);
  });

  it('imports only what the table allows', () => {
    const wrong: string[] = [];
    for (const file of files) {
      const room = roomOf(file);
      const allowed = [...(room === '' ? [] : [room, ...ROOMS[room]!]), ...(FILES[file] ?? [])];
      for (const one of importsOf(file))
        if (!allowed.some((name) => allows(name, one)))
          wrong.push(`${file} imports ${one.type ? 'types of ' : ''}${one.name}`);
    }
    expect(wrong).toEqual([]);
  });

  it('allows nothing that nobody needs', () => {
    const unused = (of: string, names: readonly string[], imports: readonly Import[]): string[] =>
      names.filter((name) => !imports.some((one) => allows(name, one))).map((name) => `${of} needs no ${name}`);
    const rooms = Object.entries(ROOMS).flatMap(([room, names]) =>
      unused(
        room,
        names,
        files
          .filter((file) => roomOf(file) === room)
          .flatMap((file) => importsOf(file).filter((one) => !FILES[file]?.some((name) => allows(name, one)))),
      ),
    );
    expect([
      ...rooms,
      ...Object.entries(FILES).flatMap(([file, names]) => unused(file, names, importsOf(file))),
    ]).toEqual([]);
  });

  it('what nobody else imports is not exported', () => {
    const used = new Set<string>();
    for (const file of [...files, ...['test', 'examples'].flatMap(below)]) {
      const text = textOf(file);
      const at = (name: string): string => normalize(join(dirname(file), name));
      for (const [, names, from] of text.matchAll(
        /\b(?:import|export)\s+(?:type\s+)?([*{][^'"]*?)\s+from\s+'(\.[^']+)'/g,
      ))
        for (const name of names!.startsWith('*') ? ['*'] : names!.match(/[\w$]+(?:\s+as\s+[\w$]+)?(?=\s*[,}])/g)!)
          used.add(`${at(from!)} ${name.split(/\s/)[0]}`);
      for (const [, from] of text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)/g)) used.add(`${at(from!)} *`);
    }
    const statement = /^export (?:async )?(?:const|function\*?|class|type|interface|enum|let) ([\w$]+)/gm;
    const exported = files.flatMap((file) => [...textOf(file).matchAll(statement)].map(([, name]) => [file, name]));
    expect(
      exported
        .filter(([file, name]) => !used.has(`${file} ${name}`) && !used.has(`${file} *`))
        .map(([file, name]) => `${file}: ${name}`),
    ).toEqual([]);
  });

  it('no file needs itself by way of others, for its types either', () => {
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): void => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' -> '));
      if (done.has(file) || way.includes(file)) return;
      for (const { name } of importsOf(file)) if (files.includes(name)) visit(name, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('whether a text is an address is asked in one place, which knows where Node answers wrongly', () => {
    expect(files.filter((file) => codeOf(file).includes('URL.canParse'))).toEqual(['schemas/url.ts']);
  });

  it('sees every import that there is', () => {
    const statements = files.flatMap((file) => textOf(file).match(/ from '[^']+';$/gm) ?? []);
    expect(files.flatMap(importsOf).length).toBeGreaterThanOrEqual(statements.length);
  });

  it('the table names no room or file that is gone', () => {
    const rooms = Object.keys(ROOMS).filter((room) => !files.some((file) => file.startsWith(room)));
    const named = [...Object.keys(FILES), ...Object.keys(LONGER)].filter((file) => !files.includes(file));
    expect([...rooms, ...named]).toEqual([]);
  });
});

describe('lists equal their folders', () => {
  const kinds = (folder: string, but: readonly string[]): string[] =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.ts') && !but.includes(name))
      .map((name) => name.slice(0, -3))
      .sort();

  it('detectors, each under its own id', () => {
    expect(detectors.map(({ id }) => id).sort()).toEqual(kinds('detectors', ['index.ts', 'detector.ts']));
  });

  it('what is a detector’s own lies in a folder of its name, what several share in one of its matter', () => {
    const own = new Set(detectors.map(({ id }) => id));
    const usersOf = (folder: string): string[] =>
      detectors
        .map(({ id }) => `detectors/${id}.ts`)
        .filter((file) => importsOf(file).some(({ name }) => name.startsWith(`detectors/${folder}/`)));
    const folders = new Set(files.flatMap((file) => /^detectors\/([^/]+)\//.exec(file)?.[1] ?? []));
    expect(folders.size).toBeGreaterThan(10);
    expect([...folders].filter((folder) => !own.has(folder) && usersOf(folder).length < 2)).toEqual([]);
  });

  it('gateways: each file is imported by the list, and each has a name of its own', () => {
    const listed = importsOf('schemas/gateways/index.ts').map(({ name }) => name);
    const there = kinds('schemas/gateways', ['index.ts', 'gateway.ts']);
    expect(there.filter((name) => !listed.includes(`schemas/gateways/${name}.ts`))).toEqual([]);
    expect(gateways.length).toBe(there.length);
    expect(new Set(gateways.map(({ name }) => name)).size).toBe(gateways.length);
  });

  it('channels, each under its own kind', () => {
    expect(Object.keys(CHANNELS).sort()).toEqual(kinds('src/alerts/channels', ['index.ts', 'ocsf.ts']));
  });
});

describe('what the code may touch', () => {
  const having = (pattern: RegExp, among: readonly string[]): string[] =>
    among.filter((file) => pattern.test(codeOf(file)));

  it('code is what stands neither in a comment nor in a string', () => {
    expect(codeIn(`at('/*!'); Date.now(); at('*/');`)).toBe(`at(''); Date.now(); at('');`);
    expect(codeIn('at(`it\'s/*`, "\\`", now); await one; // process')).toBe('at(`it\'s/*`, "\\`", now); await one; ');
    expect(codeIn(`x.replace(/[/*'][\\/*]/g, y); await one; /* '*/ 'it\\'s' // a`)).toBe(
      `x.replace(/[/*'][\\/*]/g, y); await one;  '' `,
    );
  });

  it('process.env is read in src/config.ts alone', () => {
    expect(having(/\bprocess\s*\.\s*env\b/, files)).toEqual(['src/config.ts']);
  });

  it('the fold and the detectors neither wait nor look at a clock, nor throw dice', () => {
    const pure = files.filter((file) => file.startsWith('detectors/') || file.startsWith('src/engine/'));
    expect(having(/\b(?:await|async|Promise)\b/, pure)).toEqual([]);
    expect(having(/\bDate\.now\b|\bnew Date\(\)|\bDate\(\)|\bperformance\b/, pure)).toEqual([]);
    expect(having(/\bMath\.random\b|\brandomUUID\b|\bcrypto\b/, pure)).toEqual([]);
    expect(having(/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask|process)\b/, pure)).toEqual([]);
  });

  it("tables that are the store's own are read in src/stores, and where a text or a watch needs more than it answers", () => {
    const outside = files.filter((file) => !file.startsWith('src/stores/'));
    expect(outside.filter((file) => /\bFROM (?:checkpoints|baselines)\b/.test(textOf(file)))).toEqual([
      'src/alerts/watch/split.ts',
      'src/alerts/watch/words.ts',
      'src/commands/support/folder-status.ts',
      'src/pipeline/reconcile.ts',
    ]);
  });

  it('files are short', () => {
    const long = files.filter((file) => linesOf(file) > (LONGER[file] ?? MAX_LINES));
    expect(long.map((file) => `${file}: ${linesOf(file)}`)).toEqual([]);
  });

  it('what a long file no longer needs is taken from it', () => {
    const slack = Object.entries(LONGER).filter(([file, most]) => most - linesOf(file) > SLACK || most <= MAX_LINES);
    expect(slack.map(([file, most]) => `${file}: ${linesOf(file)} of ${most}`)).toEqual([]);
  });
});
