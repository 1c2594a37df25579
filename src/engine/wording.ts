import type { Seen } from '../../detectors/detector.ts';

/** With a capital and a full stop; names (of servers and tools) stay as they are written. */
export const sentence = (text: string, name = ''): string => {
  const trimmed = text.trim();
  const isWord = /^[a-z]+(?=[\s,:]|$)/.test(trimmed) && (name === '' || !trimmed.startsWith(name));
  const begun = isWord ? `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}` : trimmed;
  return `${begun}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
};

/** A score, or what contributed to it, as it is told. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Why the scope is what it is, and by whose grants where they are not the agent's own; '' where nothing failed. */
export const whyOf = ({ scopeWhy, via }: Pick<Seen, 'scopeWhy' | 'via'>): string =>
  via === '' || scopeWhy === '' ? scopeWhy : `delegated by ${via}, for whom: ${scopeWhy}`;
