import { remembered } from '../../schemas/remember.ts';
import { spaced } from '../../schemas/words.ts';

/** Tools that call another one: `call_tool`, `mcp-exec`, `EXECUTE_TOOL`. */
const CALLS =
  / (?:call|exec(?:ute)?|invoke|run|use|dispatch|perform) (?:\w+ ){0,2}?(?:tools?|functions?|actions?|methods?|operations?) $| mcp (?:exec(?:ute)?|call|invoke|run) $/;
const calls = remembered((tool) => CALLS.test(spaced(tool)), 4_096, 200);
const NAME = /^(?:tool|function|action|method|operation)?_?(?:name|slug|id)?$/i;
const NAMED = /^[\w.:/-]{3,120}$/;

/** The tool that such a one is told to call, as its arguments name it; '' where it is none. */
export function calledBy(tool: string, args: Record<string, unknown> | undefined): string {
  if (args === undefined || !calls(tool)) return '';
  for (const key in args) {
    const value = args[key];
    if (key !== '' && NAME.test(key) && typeof value === 'string' && NAMED.test(value)) return value;
  }
  return '';
}
