import { isObject } from '../object.ts';
import type { Gateway, NativeDraft } from './gateway.ts';

/** The house's own format: the canonical event itself. */
export const native: Gateway = {
  name: 'native',
  title: 'Overreach native events',
  reference: 'schemas/event.ts',
  carries: ['*'],
  claims: (record) =>
    typeof record.method === 'string' && isObject(record.agent) && isObject(record.server) && 'occurred_at' in record,
  lacks(record) {
    const missing = [
      ...(typeof record.method === 'string' ? [] : ['method (a text)']),
      ...(isObject(record.agent) ? [] : ['agent (an object)']),
      ...(isObject(record.server) ? [] : ['server (an object)']),
      ...('occurred_at' in record ? [] : ['occurred_at']),
    ];
    return missing.length > 2 ? '' : `the native format needs ${missing.join(' and ')} as well`;
  },
  translate: (record) => [
    'pair' in record || 'own' in record || 'kin' in record || 'alone' in record
      ? withoutNames(record)
      : (record as NativeDraft),
  ],
};

/** Pieces of a native call share its event_id: how drafts name them is no field of the format. */
function withoutNames(record: Record<string, unknown>): NativeDraft {
  const { pair: _, own: __, kin: ___, alone: ____, ...event } = record;
  return event;
}
