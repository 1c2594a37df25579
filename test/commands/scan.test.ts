import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { firstStep } from '../../src/alerts/first-step.ts';
import { ownStep } from '../../src/commands/support/alert-context.ts';
import { until } from '../kafka/support.ts';
import { jsonLines } from '../support/json-lines.ts';
import { PROGRAM } from '../support/program.ts';
import { call, spawned } from './support.ts';

describe('scan of a pipe', () => {
  it('judges what came, though more may come', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    const file = join(folder, 'judged.jsonl');
    const judged = (): number => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0);
    const child = spawn(process.execPath, [...PROGRAM, 'scan', '--judged', file, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    try {
      const ended = once(child, 'exit');
      for (const come of [1, 2, 3]) {
        child.stdin.write(`${JSON.stringify(call(come))}\n`);
        await until(`${come} are judged`, () => judged() === come);
      }
      child.stdin.end();
      expect((await ended)[0]).toBe(0);
    } finally {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('what one server changed', () => {
  it('is told of the first agent, and of those after it in one alert', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      const file = join(folder, 'lists.jsonl');
      const list = (n: number, agent: string, description: string) =>
        call(n, {
          agent: { id: agent, id_basis: 'service_account' },
          method: 'tools/list',
          target: { type: 'none' },
          session_id: agent,
          result: { tools: [{ name: 'get_ticket', description }] },
        });
      const agents = ['a', 'b', 'c'];
      const lists = ['Reads a ticket.', 'Reads one ticket.'].flatMap((text, when) =>
        agents.map((agent, n) => list(when * 10 + n, agent, text)),
      );
      await writeFile(file, lists.map((one) => `${JSON.stringify(one)}\n`).join(''));
      const { out, err } = await spawned(['scan', '--threads', '1', file]);
      const told = jsonLines<Alert>(out);
      expect(told.map(({ agent, severity }) => [agent.id, severity])).toEqual([
        ['a', 'medium'],
        ['fleet', 'medium'],
      ]);
      expect(told[1]!.title).toContain('2 agents: tickets changed get_ticket');
      expect(err).toContain('2 alert messages (2 alerts of further agents are told in that of the first ones)');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('an alert of a scan', () => {
  it('says what to do first, in the words of the detector that `alerts show` has', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      const file = join(folder, 'records.jsonl');
      const grants = join(folder, 'grants.yaml');
      await writeFile(grants, 'grants: [{ id: g1, agents: ["*"], servers: [nowhere] }]\n');
      await writeFile(file, `${JSON.stringify(call(1))}\n`);
      const { out } = await spawned(['scan', '--threads', '1', '--grants', grants, file]);
      const { first_step: step, ...alert } = JSON.parse(out.split('\n')[0]!);
      expect(step).toBe(firstStep(alert, ownStep(alert)));
      expect(step).not.toBe(firstStep(alert));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('what a scan is given beside its records', () => {
  it('is where they come from, so that an alert is that of the store, whatever the file is called', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      const grants = join(folder, 'grants.yaml');
      await writeFile(grants, 'grants: [{ id: g1, agents: ["*"], servers: [nowhere] }]\n');
      const told = async (name: string, ...more: string[]) => {
        const file = join(folder, name);
        await writeFile(file, `${JSON.stringify(call(1))}\n`);
        const { out } = await spawned(['scan', '--threads', '1', '--grants', grants, ...more, file]);
        return jsonLines<Alert>(out).map(({ alert_id, proof }) => [alert_id, proof.sql])[0];
      };
      const fromGateway = await told('a.jsonl', '--instance', 'gw-1');
      expect(await told('b.jsonl', '--instance', 'gw-1')).toEqual(fromGateway);
      expect(await told('a.jsonl')).not.toEqual(fromGateway);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('is looked at before the work: labels that are none, a place for scores that is not there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      const records = join(folder, 'records.jsonl');
      const labels = join(folder, 'labels.jsonl');
      await writeFile(records, `${JSON.stringify(call(1))}\n`);
      await writeFile(labels, '{"session_id":"a","label":"benign"}\nnull\n');
      const gone = join(folder, 'gone');
      for (const [args, said] of [
        [['--labels', labels], `${labels}:2: no label: an object with session_id and label is expected`],
        [['--labels', gone], `${gone}: there is no such file`],
        [['--scores', join(gone, 'x')], `${join(gone, 'x')}: cannot be written (ENOENT)`],
      ] as const) {
        const { code, err } = await spawned(['scan', ...args, records]);
        expect([code, err]).toEqual([2, `overreach: ${said}\n`]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('a file that is no log at all', () => {
  it.each(['scan', 'normalize'])('is a failure of %s, where one record would do', async (verb) => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      const file = join(folder, 'grants.yaml');
      const yaml = 'grants:\n  - id: a\n';
      await writeFile(file, yaml);
      const { code, err } = await spawned([verb, file]);
      expect([code, err]).toEqual([1, expect.stringContaining(`${file}: not one record was understood`)]);
      await writeFile(file, `${yaml}${JSON.stringify(call(1))}\n`);
      expect((await spawned([verb, file])).code).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('several files', () => {
  const lines = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
  /** A month of one tool, then another one of more weight. */
  const days = [...Array(30).keys()].flatMap((day) =>
    [0, 1].map((n) => call(86_400 * day + n, { session_id: `d${day}` })),
  );
  const grown = [...days, call(86_400 * 30, { session_id: 'd30', target: { type: 'tool', name: 'delete_ticket' } })];

  const inFolder = async (work: (put: (name: string, text: string | Buffer) => Promise<string>) => Promise<void>) => {
    const folder = await mkdtemp(join(tmpdir(), 'overreach-scan-'));
    try {
      await work(async (name, text) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const scanned = (...args: string[]) => spawned(['scan', '--threads', '1', '--instance', 'gw-1', ...args]);

  it('are judged as the one log that they make, in whatever order they are named and cut', async () => {
    await inFolder(async (put) => {
      const order = await put('order.jsonl', '');
      const judged = async (...files: string[]) => {
        const told = await scanned('--judged', order, ...files);
        return { ...told, order: readFileSync(order, 'utf8') };
      };
      const cut = (...parts: ((n: number) => boolean)[]): Promise<string[]> =>
        Promise.all(parts.map((own, i) => put(`${i}.jsonl`, lines(grown.filter((_, n) => own(n))))));
      const whole = await judged(await put('whole.jsonl', lines(grown)));
      expect(whole.out).toContain('delete_ticket');
      const rotated: Parameters<typeof cut> = [(n) => n >= 40, (n) => n < 20, (n) => n >= 20 && n < 40];
      expect(await judged(...(await cut(...rotated)))).toEqual(whole);
      // The third sets in while the first is being read.
      const third = (n: number): boolean => n >= 20 && n < 40 && n % 2 === 1;
      expect(
        await judged(
          ...(await cut(
            (n) => n < 40 && !third(n),
            (n) => n >= 40,
            third,
          )),
        ),
      ).toEqual(whole);
      const gateways = await Promise.all(
        [0, 1, 2].map((own) => put(`gw-${own}.jsonl`, lines(grown.filter((_, n) => n % 3 === own)))),
      );
      expect(await judged(...gateways)).toEqual(whole);
      // What is in two of them is one event.
      const twice = await scanned(...gateways, ...(await cut(...rotated)));
      expect(twice.out).toBe(whole.out);
      expect(twice.err).toContain(`${grown.length} events`);
      expect(twice.err).toContain(`${grown.length} duplicates`);
    });
  });

  it('are judged though one breaks off, and not at all where one is not there', async () => {
    await inFolder(async (put) => {
      const good = await put('good.jsonl', lines(grown));
      const broken = await put('broken.jsonl.gz', gzipSync(lines(days.slice(0, 3))).subarray(0, 60));
      const told = await scanned(broken, good);
      expect(told.code).toBe(1);
      expect(told.out).toContain('delete_ticket');
      expect(told.err).toContain('the gzip data ends too early');
      const gone = await scanned(good, `${good}.gone`);
      expect([gone.code, gone.out, gone.err]).toEqual([2, '', `overreach: ${good}.gone: there is no such file\n`]);
      const yaml = await put('grants.yaml', 'grants:\n  - id: a\n');
      expect((await scanned(yaml, good)).code).toBe(0);
      expect(await scanned(yaml, yaml)).toMatchObject({ code: 1, err: expect.stringContaining('not one record') });
    });
  });

  it('of which one has the question and the next the answer, tell the call', async () => {
    await inFolder(async (put) => {
      const said = (n: number, message: object) => ({
        specversion: '1.0',
        id: `message-${n}`,
        source: '/tap',
        type: 'mcp.message',
        time: new Date(Date.UTC(2026, 10, 20, 9, 0, n)).toISOString(),
        agent: 'support-1',
        server: 'tickets',
        data: { jsonrpc: '2.0', id: 7, ...message },
      });
      const asked = { method: 'tools/call', params: { name: 'get_ticket', arguments: { id: '1' } } };
      const later = await put('2.jsonl', lines([said(1, { result: { content: [{ type: 'text', text: 'open' }] } })]));
      const first = await put('1.jsonl', lines([said(0, asked)]));
      const judged = await put('judged.jsonl', '');
      expect((await scanned('--judged', judged, later, first)).err).toContain('1 events');
      expect(JSON.parse(readFileSync(judged, 'utf8').split('\n')[0]!)).toMatchObject({ class: 'read' });
    });
  });
});
