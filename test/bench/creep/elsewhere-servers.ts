import type { Random } from '../../../src/simulate/random.ts';

export interface Server {
  id: string;
  /** 0 to 3; -1: nobody's, where stories lead to. */
  team: number;
  reads: string[];
  changes: string[];
  hints: boolean;
}

const PLACES = 'ledger parcels menus quotas rosters claims fleet tariffs surveys kiosks lab depot'.split(' ');
const THINGS = 'item order slot entry batch case ticket vendor route label'.split(' ');
const READS = ['get', 'list', 'search', 'fetch', 'describe'];
const CHANGES = ['create', 'update', 'delete', 'assign', 'submit'];

/** Two words as the server's makers write them. */
const STYLES: readonly ((verb: string, thing: string) => string)[] = [
  (verb, thing) => `${verb}_${thing}`,
  (verb, thing) => `${verb}${thing[0]!.toUpperCase()}${thing.slice(1)}`,
  (verb, thing) => `${verb}-${thing}`,
  (verb, thing) => `${thing}.${verb}`,
];

/** Three servers for each of four teams, and those beyond them: to execute, for secrets, for identities. */
export function createServers(random: Random, hints: boolean): Server[] {
  const servers = PLACES.map((place, n): Server => {
    const style = random.pick(STYLES);
    const names = (verbs: readonly string[]): string[] =>
      Array.from({ length: 5 }, (_, k) => style(verbs[k]!, THINGS[(n + 3 * k) % THINGS.length]!));
    return { id: `${place}-mcp`, team: n % 4, reads: names(READS), changes: names(CHANGES), hints };
  });
  const beyond = (id: string, changes: string[]): Server => ({ id, team: -1, reads: [], changes, hints });
  return [
    ...servers,
    beyond('runner-mcp', ['run_job', 'execute_script', 'restart_service']),
    beyond('keys-mcp', ['get_secret', 'read_credentials']),
    beyond('people-mcp', ['grant_role', 'create_user']),
  ];
}
