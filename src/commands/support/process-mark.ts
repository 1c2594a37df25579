import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Where process numbers mean what they mean to us: this machine since it was started, and the container in it. */
export function whereAmI(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), readlinkSync('/proc/self/ns/pid'));
  } catch {
    // No Linux: the name has to do.
  }
  return parts.join(' ');
}

/**
 * When a process of this place was started, in whatever its system counts by; undefined where there is none of that number.
 * With it a number that was given to another program since is told from the one that was meant.
 */
export function startOf(pid: number): string | undefined {
  try {
    // The name in brackets may hold anything. After it: the state, and 19 fields on the start in ticks since the boot.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch (error) {
    if (process.platform === 'linux' && (error as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
