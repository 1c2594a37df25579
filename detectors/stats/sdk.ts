import { wordsOf } from '../../schemas/words.ts';

/**
 * What is asked of a cloud by its library, or by a tool that takes service and operation apart, as the command line says it:
 * `boto3.client('rds').delete_db_instance(…)` and `{ service: 'rds', operation: 'DeleteDBInstance' }` are
 * `aws rds delete-db-instance …`.
 */

const LIBRARY = /\bboto3\b|\baws-sdk\b|\bAWS\.[A-Z]/;
const SERVICE =
  /\b(?:client|resource)\(\s{0,8}["']([a-z\d-]{2,40})["']|@aws-sdk\/client-([a-z\d-]{2,40})|\bAWS\.([A-Z][A-Za-z\d]{1,40})\(/g;
const OPERATION =
  /\.([a-z\d]{2,30}(?:_[a-z\d]{1,30}){1,6}|[a-z]{2,20}[A-Z]\w{1,60})\s?\(|\bnew ([A-Z]\w{2,60})Command\(/g;
const BEHIND = 400;
const MOST = 16;

/** In the words of a command line, a line for each; '' where a text calls no library of a cloud. */
export function asCommands(text: string): string {
  if (!LIBRARY.test(text)) return '';
  const services = [...text.matchAll(SERVICE)]
    .slice(0, MOST)
    .map(([, py, js, old]) => (py ?? js ?? old ?? '').toLowerCase());
  const lines: string[] = [];
  for (const { 0: said, 1: method, 2: command, index } of text.matchAll(OPERATION)) {
    const given = text.slice(index + said.length, index + said.length + BEHIND).split(/[\n;]/, 1)[0]!;
    for (const service of new Set(services)) lines.push(commandOf(service, method ?? command ?? '', given));
    if (lines.length >= MOST) break;
  }
  return lines.slice(0, MOST).join('\n');
}

const NAMES = /^[A-Za-z][\w-]{1,60}$/;

/** The same of a service and an operation that are told apart; '' where they are none. */
export const commandFor = (service: unknown, operation: unknown, given: string): string =>
  typeof service === 'string' && typeof operation === 'string' && NAMES.test(service) && NAMES.test(operation)
    ? commandOf(service.toLowerCase(), operation, given)
    : '';

const commandOf = (service: string, operation: string, given: string): string =>
  `aws ${service} ${wordsOf(operation).join('-')} ${given.replace(/[(){}[\]"'`|&<>]/g, ' ')}`;
