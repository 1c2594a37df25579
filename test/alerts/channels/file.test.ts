import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { file } from '../../../src/alerts/channels/file.ts';
import { channelContract } from '../../contracts/channel.ts';
import { linesIn } from '../../support/json-lines.ts';
import { alertOf } from '../support.ts';

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'overreach-file-'));
  const path = join(folder, 'deep', 'alerts.jsonl');
  const read = async (): Promise<string> => await readFile(path, 'utf8');
  const breakDown = async (): Promise<void> => {
    await writeFile(join(folder, 'deep'), 'a file where a folder should be');
  };
  const arrived = async (): Promise<string[]> => linesIn(await read());
  return {
    channel: file({ name: 'file', path }),
    path,
    read,
    arrived,
    breakDown,
    close: () => rm(folder, { recursive: true }),
  };
}

describe('file', () => {
  channelContract(setUp);

  it('appends lines of JSON, and spoils none where an earlier one was cut short', async () => {
    const { channel, path, read, close } = await setUp();
    const send = (id: string) => channel.send({ id, alert: alertOf(), at: 0 }, new AbortController().signal);
    await send('d-1');
    await writeFile(path, `${await read()}{"delivery_id":"d-2","alert`);
    await send('d-3');
    const lines = (await read()).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect([lines[0]!, lines[2]!].map((line) => JSON.parse(line).delivery_id)).toEqual(['d-1', 'd-3']);
    await close();
  });
});
