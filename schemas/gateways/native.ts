import type { Gateway, NativeDraft } from './gateway.ts';

/** The house's own format: the canonical event itself. */
export const native: Gateway = {
  name: 'native',
  title: 'Overreach native events',
  reference: 'schemas/event.ts',
  carries: ['*'],
  claims: (record) =>
    typeof record.method === 'string' && isObject(record.agent) && isObject(record.server) && 'occurred_at' in record,
  translate: (record) => [record as NativeDraft],
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
