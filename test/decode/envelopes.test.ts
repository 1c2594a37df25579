import { describe, expect, it } from 'vitest';
import { decodeAll, nativeEvent } from '../support/decoding.ts';

const call = nativeEvent();
const line = JSON.stringify(call);
const base64 = Buffer.from(line).toString('base64');
const envelope = { specversion: '1.0', id: 'ce-1', source: '/gw', type: 'mcp.call' };

describe('what collectors and buses wrap around a record', () => {
  it.each<[string, unknown]>([
    ['Docker', { log: `${line}\n`, stream: 'stdout', time: '2026-10-05T08:14:03Z' }],
    ['Fluent Bit with Kubernetes', { log: `2026-10-05T08:14:03.6Z stdout F ${line}`, kubernetes: { pod_name: 'gw' } }],
    ['Fluent Bit, parsed', { stream: 'stdout', logtag: 'F', log_processed: call, kubernetes: {} }],
    ['Vector', { message: line, source_type: 'file', file: '/var/log/gw.log', timestamp: '2026-10-05T08:14:03Z' }],
    [
      'Filebeat, which has a log and an event of its own',
      {
        '@timestamp': '2026-10-05T08:14:03Z',
        log: { offset: 7, file: { path: '/var/log/gw.log' } },
        event: { dataset: 'gw', module: 'x' },
        ecs: { version: '8.0' },
        message: line,
      },
    ],
    ['Filebeat, parsed', { log: { file: { path: '/var/log/gw.log' } }, json: call }],
    ['journald', { MESSAGE: line, PRIORITY: '6' }],
    ['Splunk', { time: 1791188043.684, host: 'h', sourcetype: 'mcp', event: call }],
    ['Loki', { line: call, labels: {} }],
    ['a wrapper in a wrapper', { log: { message: line } }],
    ['syslog in a field', { message: `<165>1 2026-10-05T08:14:03Z gw toolhive 1 - - ${line}` }],
    ['EventBridge', { version: '0', 'detail-type': 'x', source: 'aws.x', detail: call }],
    ['a file of CloudTrail', { Records: [call] }],
    ['Event Hubs', { records: [call] }],
    ['CloudWatch', { messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', timestamp: 1, message: line }] }],
    ['a CloudEvent', { ...envelope, data: call }],
    ['a CloudEvent of text', { ...envelope, datacontenttype: 'text/plain', data: line }],
    ['a CloudEvent of bytes', { ...envelope, data_base64: base64 }],
    ['a batch of CloudEvents', [{ ...envelope, data: call }]],
  ])('%s is taken off', (_, wrapped) => {
    const { events, rejects } = decodeAll([JSON.stringify(wrapped)]);
    expect(rejects).toEqual([]);
    expect(events.map(({ body }) => [body.event_id, body.target.name])).toEqual([['ev-1', 'search']]);
  });

  it('lines in one record are as many records', () => {
    const { events, rejects } = decodeAll([`${line}\n${line.replace('ev-1', 'ev-2')}\n\n`]);
    expect([events.map(({ body }) => body.event_id), rejects]).toEqual([['ev-1', 'ev-2'], []]);
    expect(decodeAll([`${line}\nno JSON`]).rejects.map(({ reason }) => reason)).toEqual(['not_json']);
  });

  it('the id of an envelope names no event of several in it', () => {
    const { event_id: _, ...nameless } = call;
    const told = (...data: object[]) =>
      decodeAll([JSON.stringify({ ...envelope, data })]).events.map(({ body }) => [
        body.event_id === 'ce-1',
        body.source.instance,
      ]);
    expect(told(nameless)).toEqual([[true, '/gw']]);
    expect(told(nameless, { ...nameless, session_id: 's' })).toEqual([
      [false, '/gw'],
      [false, '/gw'],
    ]);
  });

  it('an object under a wrapper\u2019s key that nobody knows leaves the record whole', () => {
    const { rejects } = decodeAll([JSON.stringify({ log: { level: 'info' }, event: { a: 1 }, message: 'started' })]);
    expect(rejects.map(({ reason, raw }) => [reason, JSON.parse(raw).message])).toEqual([
      ['unknown_format', 'started'],
    ]);
  });
});
