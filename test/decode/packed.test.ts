import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeAll, nativeEvent } from '../support/decoding.ts';

const call = nativeEvent();
const line = JSON.stringify(call);
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const logs = (...messages: string[]) => ({
  messageType: 'DATA_MESSAGE',
  logGroup: '/aws/eks/gw',
  logEvents: messages.map((message, n) => ({ id: String(n), timestamp: 1791188043684, message })),
});
const packed = (...messages: string[]): string => base64(gzipSync(JSON.stringify(logs(...messages))));
const told = (record: unknown) => {
  const { events, rejects } = decodeAll([JSON.stringify(record)]);
  return [
    ...events.map(({ body, position }) => [body.event_id, body.target.name, position.index]),
    ...rejects.map(({ reason, detail }) => `${reason}: ${detail}`),
  ];
};

describe('what buses of clouds carry as base64', () => {
  it.each<[string, unknown]>([
    ['Pub/Sub, pushed', { message: { data: base64(line), messageId: '1', attributes: {} }, subscription: 'p/s' }],
    ['Pub/Sub, pulled by gcloud', [{ ackId: 'a', message: { data: base64(line), messageId: '1' } }]],
    ['Pub/Sub with an entry of Cloud Logging', { message: { data: base64(JSON.stringify({ jsonPayload: call })) } }],
    ['Firehose', { requestId: 'r', timestamp: 1791188043684, records: [{ data: base64(`${line}\n`) }] }],
    ['Kinesis', { Records: [{ eventSource: 'aws:kinesis', kinesis: { data: base64(line), partitionKey: 'k' } }] }],
    ['CloudWatch', { awslogs: { data: packed(line) } }],
    ['CloudWatch through Firehose', { requestId: 'r', records: [{ data: packed(line) }] }],
    [
      'Fluent Bit through CloudWatch and Kinesis',
      { Records: [{ kinesis: { data: packed(JSON.stringify({ log: line, kubernetes: {} })) } }] },
    ],
    [
      'CloudWatch through EventBridge',
      { 'detail-type': 'x', source: 'aws.x', detail: { awslogs: { data: packed(line) } } },
    ],
    ['SNS', { Type: 'Notification', TopicArn: 'arn:x', Message: line, Timestamp: '2026-10-05T08:14:03Z' }],
    ['SQS', { Records: [{ messageId: 'm', eventSource: 'aws:sqs', body: line }] }],
    ['SNS through SQS', { Records: [{ body: JSON.stringify({ Type: 'Notification', Message: line }) }] }],
    ['base64 without padding, of URLs', { message: { data: Buffer.from(line).toString('base64url') } }],
  ])('%s is taken off', (_, record) => {
    expect(told(record)).toEqual([['ev-1', 'search', 0]]);
  });

  it('each event in it has its place, and each line of one that is no JSON', () => {
    const second = line.replace('ev-1', 'ev-2');
    expect(told({ records: [{ data: base64(`${line}\n${second}\n`) }, { data: packed(line, second) }] })).toEqual(
      ['ev-1', 'ev-2', 'ev-1', 'ev-2'].map((id, index) => [id, 'search', index]),
    );
  });

  it('attributes of Pub/Sub are the headers of a CloudEvent, and the session', () => {
    const { event_id: _, ...nameless } = call;
    const attributes = { 'ce-id': 'ce-7', 'ce-source': '/gw', 'ce-specversion': '1.0', 'ce-type': 'x', n: 1 };
    const { events } = decodeAll([JSON.stringify({ message: { data: base64(JSON.stringify(nameless)), attributes } })]);
    expect(events.map(({ body }) => [body.event_id, body.source.instance])).toEqual([['ce-7', '/gw']]);
    const ping = base64(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }));
    const message = { data: ping, attributes: { 'Mcp-Session-Id': 's-1' } };
    expect(decodeAll([JSON.stringify({ message })]).events[0]!.body.session_id).toBe('s-1');
  });

  it('a secret in it is redacted as any other', () => {
    const secret = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
    const event = JSON.stringify(nativeEvent({ args: { note: `with ${secret}` } }));
    for (const record of [
      { message: { data: base64(event) } },
      { specversion: '1.0', id: '1', source: '/gw', type: 'x', data_base64: base64(event) },
      { awslogs: { data: packed(event) } },
      { awslogs: { data: packed(event.replace('tools/call', '')) } },
      { message: { data: base64(`not JSON: ${secret}`) } },
    ]) {
      const answer = JSON.stringify(decodeAll([JSON.stringify(record)]));
      expect(answer).not.toContain(secret);
      expect(answer).not.toContain(base64(secret).slice(8, 24));
    }
  });

  it.each<[string, unknown, string]>([
    ['text', { message: { data: base64('started') } }, 'unknown_format'],
    ['a number', { message: { data: base64('12345') } }, 'unknown_format'],
    ['bytes', { message: { data: base64(Buffer.from([0xc0, 0xff, 0xee, 0x01])) } }, 'unknown_format'],
    ['broken gzip', { message: { data: base64(gzipSync(line).subarray(0, 40)) } }, 'unknown_format'],
    ['no base64', { message: { data: line } }, 'unknown_format'],
    ['an empty list', { message: { data: base64('[]') } }, 'empty'],
  ])('%s in it is refused', (_, record, reason) => {
    expect(told(record).map((one) => String(one).split(':')[0])).toEqual([reason]);
  });

  it('what a caller wrote into a call is no record of its own', () => {
    const forged = { message: { data: base64(line.replace('ev-1', 'forged')) }, data: base64(line) };
    expect(told(nativeEvent({ args: forged, ...forged }))).toEqual([['ev-1', 'search', 0]]);
  });

  it('is bounded in what it unpacks to, all together, and in its depth', () => {
    const bomb = base64(gzipSync(Buffer.alloc(9 << 20, ' ')));
    expect(told({ message: { data: bomb } })).toEqual(['too_large: more than 8388608 bytes, unpacked']);
    const half = base64(gzipSync(`${line}${' '.repeat(5 << 20)}`));
    expect(told({ records: [{ data: half }, { data: half }] })).toEqual([
      ['ev-1', 'search', 0],
      'too_large: more than 8388608 bytes, unpacked',
    ]);
    let nested = line;
    for (let i = 0; i < 12; i++) nested = JSON.stringify({ message: { data: base64(gzipSync(nested)) } });
    expect(told(JSON.parse(nested))).toEqual(['too_deep: wrappers in wrappers']);
  });
});
