import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Channel } from '../channel.ts';
import { describe } from '../post.ts';

interface FileOptions {
  name: string;
  path: string;
}

/** JSON lines, one an alert's revision, on disk before it counts as delivered. Opened each time, so that a file may be rotated. */
export function file({ name, path }: FileOptions): Channel {
  return {
    name,
    async send({ id, alert }) {
      try {
        await mkdir(dirname(path), { recursive: true });
        const handle = await open(path, 'a+', 0o600);
        await append(handle, `${JSON.stringify({ delivery_id: id, ...alert })}\n`).finally(() => handle.close());
        return { ok: true, status: 0, detail: 'written' };
      } catch (error) {
        return { ok: false, status: 0, detail: describe(error), retry: true };
      }
    },
  };
}

/** A line cut short by a crash is ended first: it spoils itself alone. */
async function append(handle: FileHandle, line: string): Promise<void> {
  const { size } = await handle.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await handle.read(last, 0, 1, size - 1);
  await handle.appendFile(size > 0 && last.toString() !== '\n' ? `\n${line}` : line);
  await handle.sync();
}
