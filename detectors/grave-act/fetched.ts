const RUNS_PACKAGE = /^(?:npx|bunx|pnpx|uvx)$/;
const PACKAGE = /^\s+(?:-\S+\s+){0,4}(@[\w-]{1,60}\/)?([\w-]{1,60})(?:@\S{1,40})?(?=\s|$)(.*)$/s;

/** A package that `npx` or its like fetches and runs: its scope (`@acme/`, '' without), its name, and what it is given. */
export function fetchedBy(program: string, given: string): { scope: string; name: string; more: string } | null {
  const [, scope = '', name, more = ''] = RUNS_PACKAGE.test(program) ? (PACKAGE.exec(given) ?? []) : [];
  return name === undefined ? null : { scope, name, more };
}
