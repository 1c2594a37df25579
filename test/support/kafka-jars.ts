import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '3.9.1';
const CACHE = fileURLToPath(new URL('../../.cache/kafka/', import.meta.url));

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>overreach</groupId><artifactId>test-broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>`;

/** Folder with the jars of an Apache Kafka broker, fetched by Maven where they are not there yet. */
export function kafkaJars(): string {
  const folder = join(CACHE, VERSION);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  // Two test processes may fetch at once: each into its own folder, and the first to be done gives it the name.
  const work = mkdtempSync(join(CACHE, 'fetch-'));
  try {
    writeFileSync(join(work, 'pom.xml'), POM);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${join(work, 'jars')}`];
    execFileSync('mvn', ['-B', '-q', '-f', join(work, 'pom.xml'), ...goal], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (!existsSync(folder)) renameSync(join(work, 'jars'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** Why no broker can be had here, or null where one can. In CI it is required: there is no reason then. */
export function whyNoBroker(): string | null {
  if (process.env.KAFKA_BROKERS !== undefined || process.env.CI === 'true') return null;
  if (!runs('java', '-version')) return 'no Java, and KAFKA_BROKERS names no broker';
  if (!existsSync(join(CACHE, VERSION)) && !runs('mvn', '-v')) return 'no Maven to fetch the broker with';
  return null;
}

function runs(command: string, flag: string): boolean {
  try {
    execFileSync(command, [flag], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(kafkaJars());
