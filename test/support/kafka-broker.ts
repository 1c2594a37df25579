import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs, { type Admin } from 'kafkajs';
import { kafkaJars } from './kafka-jars.ts';

/** A real Apache Kafka in processes of its own: KRaft, on 127.0.0.1, with its data in a temporary folder. */
export interface TestBroker {
  readonly brokers: string[];
  /** The same over TLS with SASL, where it was asked for. */
  readonly secure: string[];
  readonly admin: Admin;
  /** Creates a topic and waits until each partition has a leader. */
  topic(name: string, partitions: number, config?: Record<string, string>): Promise<void>;
  /** Ends a node; it can be started again on the same data. */
  kill(node?: number, signal?: NodeJS.Signals): Promise<void>;
  start(node?: number): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT', node?: number): void;
  close(): Promise<void>;
}

interface Node {
  port: number;
  config: string;
  log: string;
  process: ChildProcess | null;
}

const READY_MS = 60_000;
/** Any 16 bytes, base64: the name of the cluster. */
const CLUSTER = 'b3ZlcnJlYWNoLXRlc3Rz';

/** Who may come in over the secure listener, by every mechanism. */
export const USER = { username: 'overreach', password: 'a-password-of-the-tests' };
/** The certificate of the secure listener is its own authority. */
export const CA_FILE = fileURLToPath(new URL('../alerts/tls/localhost.cert.pem', import.meta.url));
const KEY_FILE = fileURLToPath(new URL('../alerts/tls/localhost.key.pem', import.meta.url));

export async function startKafka({ nodes: count = 1, secure = false } = {}): Promise<TestBroker> {
  const given = process.env.KAFKA_BROKERS?.split(',');
  if (given !== undefined) return borrowed(given);
  const classpath = `${kafkaJars()}/*`;
  const folder = mkdtempSync(join(tmpdir(), 'overreach-kafka-'));
  const ports = await freePorts(count * 3);
  const voters = ports.slice(count, count * 2).map((port, index) => `${index + 1}@127.0.0.1:${port}`);
  const nodes = ports.slice(0, count).map((port, index) => {
    const home = join(folder, String(index + 1));
    mkdirSync(home);
    const config = join(home, 'server.properties');
    const places = { id: index + 1, port, control: ports[count + index]!, voters, home, count };
    writeFileSync(config, properties(places) + (secure ? securing(places, ports[count * 2 + index]!) : ''));
    if (secure)
      writeFileSync(join(home, 'keystore.pem'), readFileSync(KEY_FILE, 'utf8') + readFileSync(CA_FILE, 'utf8'));
    writeFileSync(join(home, 'log4j.properties'), LOGGING);
    const users = secure
      ? ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
          '--add-scram',
          `${mechanism}=[name=${USER.username},password=${USER.password}]`,
        ])
      : [];
    const format = ['format', '--cluster-id', CLUSTER, '--config', config, '--ignore-formatted', ...users];
    execFileSync(
      'java',
      ['-cp', classpath, `-Dlog4j.configuration=file:${home}/log4j.properties`, 'kafka.tools.StorageTool', ...format],
      {
        stdio: 'ignore',
      },
    );
    return { port, config, log: join(home, 'broker.log'), process: null as ChildProcess | null };
  });
  const brokers = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const admin = adminOf(brokers);

  function run(node: Node): void {
    const log = openSync(node.log, 'a');
    const flags = ['-Xmx300m', '-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    const logging = `-Dlog4j.configuration=file:${join(node.config, '..', 'log4j.properties')}`;
    node.process = spawn('java', [...flags, '-cp', classpath, logging, 'kafka.Kafka', node.config], {
      stdio: ['ignore', log, log],
    });
  }

  async function kill(index = 0, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const node = nodes[index]!;
    if (node.process === null || node.process.exitCode !== null || node.process.signalCode !== null) return;
    const gone = once(node.process, 'exit');
    node.process.kill(signal);
    await gone;
    node.process = null;
  }

  const broker: TestBroker = {
    brokers,
    secure: secure ? ports.slice(count * 2).map((port) => `127.0.0.1:${port}`) : [],
    admin,
    topic: (name, partitions, config) => createTopic(admin, name, partitions, count, config),
    kill,
    async start(index = 0) {
      run(nodes[index]!);
      await ready(admin, nodes.filter((node) => node.process !== null).length, nodes[index]!);
    },
    signal(signal, index = 0) {
      nodes[index]!.process?.kill(signal);
    },
    async close() {
      await admin.disconnect().catch(() => {});
      await Promise.all(nodes.map((_, index) => kill(index)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  for (const node of nodes) run(node);
  try {
    await ready(admin, count, nodes[0]!);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return broker;
}

/** A broker that somebody else runs: it can be used, and is neither stopped nor killed. */
async function borrowed(brokers: string[]): Promise<TestBroker> {
  const admin = adminOf(brokers);
  await admin.connect();
  const refuse = () => Promise.reject(new Error('the broker of KAFKA_BROKERS is not ours to stop'));
  return {
    brokers,
    secure: [],
    admin,
    topic: (name, partitions, config) => createTopic(admin, name, partitions, 1, config),
    kill: refuse,
    start: refuse,
    signal() {
      throw new Error('the broker of KAFKA_BROKERS is not ours to stop');
    },
    close: () => admin.disconnect(),
  };
}

const adminOf = (brokers: string[]): Admin =>
  new kafkajs.Kafka({
    brokers,
    clientId: 'test',
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 8 },
  }).admin();

/** Ready is what answers an admin call with so many nodes. */
async function ready(admin: Admin, nodes: number, { log, process }: Node): Promise<void> {
  const until = Date.now() + READY_MS;
  for (;;) {
    try {
      await admin.connect();
      if ((await admin.describeCluster()).brokers.length >= nodes) return;
    } catch {
      await admin.disconnect().catch(() => {});
    }
    if (process?.exitCode != null || Date.now() > until)
      throw new Error(`the broker did not start:\n${readFileSync(log, 'utf8').slice(-4_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function createTopic(
  admin: Admin,
  topic: string,
  numPartitions: number,
  replicationFactor: number,
  config: Record<string, string> = {},
): Promise<void> {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  await admin.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions, replicationFactor, configEntries }],
  });
  const until = Date.now() + READY_MS;
  while (!(await hasLeaders(admin, topic, numPartitions))) {
    if (Date.now() > until) throw new Error(`topic ${topic} got no leaders`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The client throws where a leader is still being elected, or where a node has not heard of the topic yet. */
async function hasLeaders(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    const found = (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions ?? [];
    return found.length === partitions && found.every(({ leader }) => leader >= 0);
  } catch {
    return false;
  }
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

interface Settings {
  id: number;
  port: number;
  control: number;
  voters: string[];
  home: string;
  count: number;
}

const properties = ({ id, port, control, voters, home, count }: Settings): string => `
process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${voters.join(',')}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${control}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs=${home}/data
offsets.topic.replication.factor=${count}
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=${count}
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
log.retention.check.interval.ms=500
log.initial.task.delay.ms=500
log.segment.delete.delay.ms=100
message.max.bytes=33554432
replica.fetch.max.bytes=33554432
num.network.threads=2
num.io.threads=2
`;

/** Replaces the listeners above: of a property said twice the last one counts. */
const securing = ({ port, control, home }: Settings, secure: number): string => `
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${control},SECURE://127.0.0.1:${secure}
advertised.listeners=PLAINTEXT://127.0.0.1:${port},SECURE://127.0.0.1:${secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}="${USER.password}";
listener.name.secure.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secure.ssl.keystore.type=PEM
listener.name.secure.ssl.keystore.location=${home}/keystore.pem
`;

const LOGGING = `
log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n
`;
