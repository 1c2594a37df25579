import { changeSchema, charterSchema, grantSchema } from '../../../schemas/grant.ts';

const WIDTH = 15;

const linesOf = ({ shape }: { shape: Record<string, { description?: string | undefined }> }): string =>
  Object.entries(shape)
    .map(([key, { description = '' }]) => `  ${key.padEnd(WIDTH)}${description}`)
    .join('\n');

/** Every key of a grants file, each with what it means: for `overreach grants --help`. */
export const grantKeys = `
A grants file is YAML with three lists; what is not said does not limit.

grants: what an agent may do. All that a grant says must fit the call.
${linesOf(grantSchema)}

charters: what an agent is for, as its owner declares it.
${linesOf(charterSchema)}

changes: what is announced; alerts about these agents are counted, not told.
${linesOf(changeSchema)}

A pattern is a glob with * and ?, case as written, or { regex: "^merge_" }.
Values of arguments are compared by what they name: /srv/app/../x is /srv/x,
every address of a list must fit. What forbids looks at every way to read them.
  path: [/srv/app/*]    allows what lies in it; add /srv/app for the folder itself
  path: [/etc, .env]    forbids it with all below; a bare name wherever it lies
  url: [evil.example]   is that host; [*.evil.example] those below it
  host: [10.0.0.0/8]    is a network; to: [acme.example] all mail of that domain
An agent is governed from its first allow grant on: then all else is out of scope.
`;
