import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readTokens, refuseOpenDoor } from '../../src/api/access.ts';
import { hostCheck } from '../../src/api/guard.ts';
import { loadConfig } from '../../src/config.ts';
import { hashKey } from '../../src/data-folder.ts';

interface Service {
  image: string;
  environment?: Record<string, string | number>;
  volumes?: string[];
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  ports?: string[];
}
const compose = parse(readFileSync('docker-compose.yml', 'utf8')) as {
  services: Record<string, Service>;
  volumes: object;
};
const { kafka, clickhouse, overreach, topics } = compose.services as Record<string, Service>;
const mounted = overreach!.volumes!.map((line) => line.split(':') as [string, string]);
const [file, place] = mounted.find(([from]) => from.endsWith('.yaml'))!;
/** The container's environment, its `${NAME:?…}` filled in by who starts it. */
const environment = Object.fromEntries(
  Object.entries(overreach!.environment!).map(([name, value]) => [
    name,
    String(value).startsWith('${') ? `value-of-${name}-1234` : String(value),
  ]),
);
const loaded = loadConfig(file, environment);
const { config } = loaded;

describe('docker-compose.yml', () => {
  it('runs with a configuration that is accepted, and mounted where it is looked for', () => {
    expect(overreach!.command).toContain(place);
    expect(config.store.kind).toBe('clickhouse');
    expect(config.sources.kafka?.topics).toHaveLength(1);
  });

  it('hands in every secret that the configuration names, and none has a default', () => {
    const tokens = readTokens(config.http.tokens, loaded.requireSecret);
    expect(tokens.map(({ name }) => name)).toEqual(['gateway', 'admin']);
    expect(() => refuseOpenDoor(config.http, tokens)).not.toThrow();
    expect(loaded.secret((config.store as { password_env: string }).password_env)).toBeDefined();
    expect(hashKey(loaded).length).toBeGreaterThan(15);
    for (const value of Object.values(overreach!.environment!)) expect(String(value)).toMatch(/^\$\{[A-Z_]+:\?.+\}$/);
  });

  it('names the services as they are advertised', () => {
    const { brokers, topics: wanted } = config.sources.kafka!;
    expect(String(kafka!.environment!.KAFKA_ADVERTISED_LISTENERS)).toContain(`INTERNAL://${brokers[0]}`);
    expect(topics!.command).toContain(`--topic=${wanted[0]!.name}`);
    const store = config.store as { url: string; username: string; database: string };
    expect(compose.services).toHaveProperty(new URL(store.url).hostname);
    expect(clickhouse!.environment).toMatchObject({ CLICKHOUSE_USER: store.username, CLICKHOUSE_DB: store.database });
    expect(hostCheck(config.http)(`overreach:${config.http.port}`)).toBe(true);
  });

  it('waits for what it needs, keeps its data, and opens nothing beyond this machine', () => {
    expect(kafka!.healthcheck && clickhouse!.healthcheck).toBeTruthy();
    expect(overreach!.depends_on).toMatchObject({ clickhouse: { condition: 'service_healthy' } });
    expect(mounted.map(([, to]) => to)).toContain(config.data_dir);
    for (const { ports = [] } of Object.values(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(overreach!.ports![0]).toBe(`127.0.0.1:${config.http.port}:${config.http.port}`);
  });
});

describe('Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');
  it('runs as nobody in particular, says when it is healthy, and keeps its data apart', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    for (const start of ['USER node', 'HEALTHCHECK', 'VOLUME /data', 'EXPOSE 8410', 'ENTRYPOINT'])
      expect(
        last.some((line) => line.startsWith(start)),
        start,
      ).toBe(true);
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
  });
  it('what it sets by environment is configuration', () => {
    const set = Object.fromEntries(
      [...lines.join('\n').matchAll(/\b(OVERREACH_\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
    );
    const inImage = loadConfig(undefined, set).config;
    expect([inImage.data_dir, inImage.http.host]).toEqual(['/data', '0.0.0.0']);
  });
});
