import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../schemas/config.ts';
import type { CanonicalEvent, Event } from '../../schemas/event.ts';
import { gateways } from '../../schemas/gateways/index.ts';
import { decodeAll, RECEIVED_AT } from '../support/decoding.ts';
import { gatewayNamed } from './support.ts';

/**
 * Each gateway's sample records, and the canonical events they become. The goldens were read by hand against each
 * format's description; UPDATE_GOLDENS=1 writes them anew, for a look at the difference.
 */
const folder = new URL('samples/', import.meta.url);
const samples = readdirSync(folder).filter((name) => name.endsWith('.jsonl') && !name.endsWith('.golden.jsonl'));

const linesOf = (name: string): string[] =>
  readFileSync(new URL(name, folder), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');

/** Records of Kafka are kept with their headers. */
const recordsOf = (name: string) =>
  linesOf(name).map((line, offset) => {
    if (!name.endsWith('.kafka.jsonl')) return { offset, value: line, receivedAt: RECEIVED_AT };
    const { headers, value } = JSON.parse(line);
    return { offset, value: JSON.stringify(value), headers, receivedAt: RECEIVED_AT };
  });

function told(name: string): string {
  const { events, rejects, dropped } = decodeAll(recordsOf(name));
  const lines = [
    ...events.map(({ body, key, facts }) => ({
      event: { ...body, raw: undefined },
      key,
      facts: { ...facts, args: facts.args.length, result: facts.result.length },
    })),
    ...rejects.map(({ reason, detail, gateway }) => ({ reject: { reason, detail, gateway } })),
    ...(dropped > 0 ? [{ dropped }] : []),
  ];
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** What detectors read and not every gateway writes. */
const READ_BY_DETECTORS = ['user', 'delegation', 'credential', 'session_id', 'args', 'result', 'bytes_out', 'agent.id'];

function isTold({ body, facts }: Event, field: string): boolean {
  if (field === 'agent.id') return body.agent.id_basis !== 'none' && body.agent.id_basis !== 'client_name';
  if (field === 'result') return facts.result.length > 0;
  return body[field as keyof CanonicalEvent] !== undefined;
}

describe('samples of every gateway', () => {
  it.each(samples)('%s becomes its golden events', (name) => {
    const golden = new URL(name.replace(/\.jsonl$/, '.golden.jsonl'), folder);
    if (process.env.UPDATE_GOLDENS === '1') writeFileSync(golden, told(name));
    expect(told(name)).toBe(readFileSync(golden, 'utf8'));
  });

  it.each(samples)('%s is claimed by one adapter and no other', (name) => {
    for (const record of recordsOf(name)) {
      if (name.startsWith('cloudevents')) continue;
      const headers = 'headers' in record ? record.headers : {};
      const value = JSON.parse(record.value);
      for (const body of value.Records ?? value.records ?? [value]) {
        const claimed = gateways.filter((gateway) => gateway.claims(body, { headers, instance: 'x' }));
        expect(claimed.map((gateway) => gateway.name)).toHaveLength(1);
      }
    }
  });

  it.each(samples)('%s tells nothing that its gateway is said not to carry', (name) => {
    for (const event of decodeAll(recordsOf(name)).events) {
      const { carries } = gatewayNamed(event.body.source.kind);
      const carried = (field: string) => carries.some((one) => one === field || one.startsWith(`${field}.`));
      expect(READ_BY_DETECTORS.filter((field) => isTold(event, field) && !carried(field))).toEqual([]);
    }
  });

  it('has a sample for each adapter', () => {
    const kinds = new Set(
      samples.flatMap((name) => decodeAll(recordsOf(name)).events.map((event) => event.body.source.kind)),
    );
    const without = gateways.map((gateway) => gateway.name).filter((name) => !kinds.has(name));
    expect(without).toEqual(['native']);
  });

  it('has an example of each adapter that becomes an event of its kind', () => {
    const at = new URL('../../examples/gateways/', import.meta.url);
    const examples = readdirSync(at).filter((name) => name.endsWith('.json'));
    expect(examples.map((name) => name.replace(/\.json$/, '')).sort()).toEqual(gateways.map(({ name }) => name).sort());
    for (const name of examples) {
      const told = decodeAll([readFileSync(new URL(name, at), 'utf8')]);
      expect([name, ...new Set(told.events.map(({ body }) => `${body.source.kind}.json`))]).toEqual([name, name]);
      expect([name, told.rejects]).toEqual([name, []]);
    }
  });

  it('says of each adapter how it is set up', () => {
    const text = readFileSync(new URL('../../examples/gateways/README.md', import.meta.url), 'utf8');
    const sections = text.split(/^### /m).slice(1);
    const told = sections.flatMap((section) => section.split('\n', 1)[0]!.split(', '));
    expect(told.sort()).toEqual(gateways.map(({ name }) => name).sort());
    for (const section of sections) expect(section).toMatch(/^```\w+\n/m);
    for (const [, yaml] of text.matchAll(/^```yaml\n(.*?)^```/gms)) {
      const { sources, mappings } = parse(yaml!) as Record<string, never>;
      if (sources !== undefined || mappings !== undefined) configSchema.parse({ sources, mappings });
    }
  });

  it('tells each sample the same in a collector wrapper, an array, a CRI line and what clouds carry', () => {
    for (const name of samples.filter((sample) => !sample.endsWith('.kafka.jsonl'))) {
      const lines = linesOf(name);
      const methods = (values: string[]) =>
        decodeAll(values).events.map(({ body }) => [body.method, body.target.name, body.outcome.status]);
      const plain = methods(lines);
      expect(methods(lines.map((line) => JSON.stringify({ log: line, kubernetes: { pod: 'gw' } })))).toEqual(plain);
      expect(methods(lines.map((line) => JSON.stringify({ message: line, source_type: 'file' })))).toEqual(plain);
      expect(methods(lines.map((line) => `2026-10-05T08:14:03.684128Z stdout F ${line}`))).toEqual(plain);
      expect(methods([`[${lines.join(',')}]`])).toEqual(plain);
      const base64 = (value: string | Buffer): string => Buffer.from(value).toString('base64');
      const records = lines.map((line) => ({ data: base64(`${line}\n`) }));
      expect(methods([JSON.stringify({ requestId: 'r', records })])).toEqual(plain);
      const logEvents = lines.map((message, n) => ({ id: `${n}`, timestamp: 1, message }));
      const data = base64(gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })));
      expect(methods([JSON.stringify({ awslogs: { data } })])).toEqual(plain);
    }
  });

  it('tells each record of Kafka the same when it was written out with its headers, by kcat, too', () => {
    const tale = (values: Parameters<typeof decodeAll>[0]) =>
      decodeAll(values).events.map(({ body: { event_id: _, raw: __, ...body } }) => body);
    for (const name of samples.filter((sample) => sample.endsWith('.kafka.jsonl'))) {
      const told = tale(recordsOf(name));
      expect(told.length).toBeGreaterThan(0);
      expect(tale(linesOf(name))).toEqual(told);
      const kcat = linesOf(name).map((line) => {
        const { key, headers, value } = JSON.parse(line);
        const listed = Object.entries(headers).flat();
        return JSON.stringify({ topic: 't', offset: 7, headers: listed, key, payload: JSON.stringify(value) });
      });
      expect(tale(kcat)).toEqual(told);
    }
  });

  it('lists what its folder holds', () => {
    const files = readdirSync(new URL('../../schemas/gateways/', import.meta.url)).filter((name) =>
      name.endsWith('.ts'),
    );
    const names = files
      .map((name) => name.replace(/\.ts$/, ''))
      .filter((name) => name !== 'index' && name !== 'gateway');
    expect(gateways.map((gateway) => gateway.name).sort()).toEqual(names.sort());
  });
});
