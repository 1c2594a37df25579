import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectors } from '../../detectors/index.ts';
import { realTools } from '../scope/real-tools.ts';
import { createRun, MONDAY } from '../support/run.ts';

const TOOLS = realTools.flatMap((row) => {
  const [server = '', rest = ''] = row.split(': ');
  return rest
    .split('; ')
    .flatMap((part) => part.split(' ').slice(1))
    .map((tool) => [server, tool] as const);
});
/** Names whose words make detectors look at the arguments. */
const WORDED = [
  'apply_patch',
  'update_bank_details',
  'create_filter',
  'run_playbook',
  'scale_deployment',
  'create_gist',
]
  .concat(['put_retention_policy', 'create_silence', 'export_ledger', 'add_user_to_group', 'send_email', 'execute_sql'])
  .map((tool) => ['any', tool] as const);

describe('no detector ends with an error', () => {
  const run = createRun(detectors);
  let at = MONDAY;
  const send = ([server, tool]: readonly [string, string], more: object) => {
    at += 60_000;
    return run.send({ at, server, tool, session_id: `s${at % 7}`, ...more }).failed;
  };

  it('on a tool whose arguments no gateway told', () => {
    for (const one of [...TOOLS, ...WORDED]) expect(send(one, {}), one.join('/')).toEqual([]);
  });

  it('whatever its arguments are', () => {
    const keys = fc.constantFrom('command', 'path', 'to', 'sql', 'manifest', 'content', 'url', 'files', 'amount', 'id');
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.constantFrom(...TOOLS, ...WORDED, ...WORDED),
        fc.dictionary(fc.oneof(keys, fc.string({ maxLength: 8 })), value, { maxKeys: 5, noNullPrototype: true }),
        (one, args) => {
          expect(send(one, { args })).toEqual([]);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});
