import type { Catalogue } from '../../schemas/catalogue.ts';
import type { CreepDay } from '../../schemas/creep.ts';
import { DAY } from '../../schemas/durations.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { utcDay } from '../../schemas/utc.ts';
import { portionsOf } from '../grants/agents.ts';
import type { ReadPort } from '../grants/read-port.ts';
import { readVersions } from '../grants/versions.ts';
import { creepIndex, undeclaredIndex } from './index.ts';
import { type DayOfUse, privilegesAt, type ReadyGrants, readDays, readyGrants } from './privileges.ts';
import { inUseByDay } from './series.ts';

interface HistoryOptions {
  port: ReadPort;
  write(days: readonly CreepDay[]): Promise<void>;
  /** The grants in force; their own dates, else when they were first loaded, say what held on which day. */
  grants(): Promise<GrantsFile>;
  /** The operator's: what class a tool is. */
  catalogues?(): readonly Catalogue[];
  now(): number;
}

/** How far back use counts, and how many days that were missed are made up for. */
const USE_DAYS = 90;
const MADE_UP = 30;

/** Days are written agent by agent: one that was broken off is there of some, and missing of others. */
const WITHOUT = (day: number): string =>
  `agent_id NOT IN (SELECT agent_id FROM creep_index WHERE day = '${utcDay(day)}')`;

const LAST = `
SELECT agent_id AS agent, toUnixTimestamp(max(day)) AS last FROM creep_index
WHERE agent_id >= {first:String} AND agent_id <= {last:String}
GROUP BY agent
ORDER BY agent`;

/**
 * Writes each agent's creep index as of the end of each day that is over, one agent after the other. Asked as often as one
 * likes: it works once a day, and after a day that failed the next time it is asked. Answers how many rows it wrote.
 */
export function createCreepHistory({ port, write, grants, catalogues, now }: HistoryOptions): () => Promise<number> {
  let done = 0;
  let running = false;

  async function keep(today: number): Promise<number> {
    const from = today - MADE_UP * DAY;
    const since = from - USE_DAYS * DAY;
    const ready = readyGrants(await grants(), { versions: await readVersions(port), catalogues: catalogues?.() });
    let rows = 0;
    for await (const agents of portionsOf(port, since, today - 1, WITHOUT(today - DAY))) {
      const last = new Map(
        (await port.query(LAST, { ...agents })).map((row) => [String(row.agent), Number(row.last) * 1000]),
      );
      for (const [agent, days] of await readDays(port, agents, since, today - 1)) {
        const history: CreepDay[] = [];
        for (let day = Math.max(from, (last.get(agent) ?? 0) + DAY); day < today; day += DAY) {
          const one = creepDay(agent, days, ready, day);
          if (one !== null) history.push(one);
        }
        await write(history);
        rows += history.length;
      }
    }
    return rows;
  }

  return async () => {
    const today = Math.floor(now() / DAY) * DAY;
    if (running || done >= today) return 0;
    running = true;
    try {
      const rows = await keep(today);
      done = today;
      return rows;
    } finally {
      running = false;
    }
  };
}

/** As of the end of a day (its midnight in epoch milliseconds); null where the agent was not seen in time for it. */
function creepDay(agent: string, all: readonly DayOfUse[], grants: ReadyGrants, day: number): CreepDay | null {
  const end = day + DAY - 1;
  const days = all.filter((one) => one.day <= day && one.day > day - USE_DAYS * DAY);
  if (days.length === 0) return null;
  const privileges = privilegesAt(agent, days, grants, end);
  const creep = creepIndex(privileges, end);
  const undeclared = undeclaredIndex(privileges, end);
  return {
    agent,
    day,
    creep: round(creep.index),
    undeclared: round(undeclared.index),
    inUse: round(inUseByDay(days, day, day)[0]!),
    counted: creep.counted,
    tooNew: creep.tooNew,
    terms: creep.terms,
    undeclaredTerms: undeclared.terms,
  };
}

const round = (value: number): number => Math.round(1000 * value) / 1000;
