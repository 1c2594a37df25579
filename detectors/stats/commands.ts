import { spaced } from '../../schemas/words.ts';
import { lastName, type leavesOf } from './leaves.ts';
import { perPair } from './per-pair.ts';
import { asCommands, commandFor } from './sdk.ts';

/** Where a call that runs nothing by its class says a command, or a statement, all the same. */
const SAYS_COMMAND = / (?:commands?|cmd|scripts?|argv|run|shell|bash|query|sql|statements?) /;
/** What is written for people or kept, even by a call that runs something. */
const KEPT =
  / (?:contents?|body|message|description|texts?|title|comments?|notes?|prompt|summary|diff|patch|old str|new str) $/;

const isCommand = perPair((key: string, runs: boolean): boolean => {
  const words = spaced(key.slice(-200));
  return SAYS_COMMAND.test(words) || (runs && !KEPT.test(words));
});

/** Commands of which each is one, or what stands behind a program's name; the words of one command else. */
const LISTS = /(?:commands|cmds|scripts|steps|queries|statements|lines)$/i;
const together = (key: string, pieces: readonly string[]): string =>
  pieces.join(pieces[0]!.startsWith('-') || (LISTS.test(key) && pieces.some((one) => /\s/.test(one))) ? '\n' : ' ');

/**
 * The texts of commands among a call's arguments, each under the names that lead to it: its words may come one by one.
 * `runs`: it is of class execute or above, so that whatever it is given may be one.
 */
export function commandsIn(leaves: ReturnType<typeof leavesOf>, runs: boolean): [key: string, text: string][] {
  const found: [string, string][] = [];
  for (const [key, value] of leaves) {
    if ((typeof value !== 'string' && !Array.isArray(value)) || !isCommand(key, runs)) continue;
    const text = Array.isArray(value) ? together(key, value) : `${value}${givenBeside(key, value, leaves)}`;
    const asked = asCommands(text);
    found.push([key, asked === '' ? text : `${text}\n${asked}`]);
  }
  const asked = askedOf(leaves);
  if (asked !== '') found.push(['command', asked]);
  return found;
}

const SERVICE = /(?:^|[._])service(?:_?name)?$/i;
const OPERATION = /(?:^|[._])(?:operation|action|api|method)(?:_?name)?$/i;
/** What a tool for all of a cloud is asked for. */
function askedOf(leaves: ReturnType<typeof leavesOf>): string {
  const service = leaves.find(([key]) => SERVICE.test(key))?.[1];
  if (service === undefined) return '';
  const given = leaves.map(([key, value]) => `--${lastName(key)} ${String(value).slice(0, 200)}`);
  return commandFor(service, leaves.find(([key]) => OPERATION.test(key))?.[1], given.join(' ').slice(0, 4_000));
}

/** A program by itself, and the names under which what it is given stands beside it. */
const PROGRAM = /(?:^|\.)(?:command|cmd|program|executable|binary)$/i;
const GIVEN = /^(?:args|arguments|argv|params|parameters|flags)$/i;

function givenBeside(key: string, program: string, leaves: ReturnType<typeof leavesOf>): string {
  if (!PROGRAM.test(key) || program.length > 200 || /\s/.test(program)) return '';
  const under = key.slice(0, key.lastIndexOf('.') + 1);
  const given = leaves.find(([name]) => name.startsWith(under) && GIVEN.test(name.slice(under.length)))?.[1];
  return Array.isArray(given) ? ` ${given.join(' ')}` : typeof given === 'string' ? ` ${given}` : '';
}
