import type { CanonicalEvent } from '../../schemas/event.ts';

const LEAST = 4;

/** Whether a mailbox is called as the person is, by the name before the `@` of their address: `ann.smith` of `a-smith84`. */
export function isOwn(mailbox: string, user: CanonicalEvent['user']): boolean {
  const address = user?.email ?? user?.id ?? '';
  const parts = lettersOf(address.slice(0, Math.max(0, address.lastIndexOf('@'))));
  const longest = parts.reduce((long, part) => (part.length > long.length ? part : long), '');
  if (parts.length < 2 || longest.length < LEAST) return false;
  const named = lettersOf(mailbox).join('');
  if (!named.includes(longest)) return false;
  const rest = named.replace(longest, '');
  return parts.every((part) => part === longest || rest.includes(part) || rest === part[0]);
}

const lettersOf = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((part) => part !== '');
