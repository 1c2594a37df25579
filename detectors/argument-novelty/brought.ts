import { type Fact, SENDER_FIELD } from '../../schemas/event.ts';
import type { Seen } from '../detector.ts';
import { noteValues, type Values } from '../flow/roots.ts';
import { bringsContent, bringsSecret } from '../flow/sources.ts';
import { type AgeingSet, has } from '../stats/ageing-set.ts';
import { enter, peek, type Recent } from '../stats/recent.ts';
import type { Origin } from './novelty.ts';

/** What results brought to a session. */
export interface Brought {
  /** Values, and where from. */
  brought: Recent<Origin>;
  /** More came from strangers than was looked at: what no result is known to have brought may have come from there. */
  cut?: true;
}

/** What they brought to the agent before. */
interface Known {
  results: AgeingSet;
  elsewhere: Values;
}

const BROUGHT = 768;

/** Hashes of what the result of this call brings, the session's from now on. */
export function bringAll(known: Known, session: Brought, seen: Seen, tool: string): string[] {
  const { key, facts } = seen.event;
  const cut = facts.result.at(-1)?.kind === 'rest';
  const brought = cut ? facts.result.slice(0, -1) : facts.result;
  const strange = brought.filter((fact) => bring(known, session, fact, tool, key)).map(({ hash }) => hash);
  if (strange.length > 0 && (bringsContent(seen) || bringsSecret(seen)))
    noteValues(known.elsewhere, strange, tool, seen);
  if (cut && bringsContent(seen)) session.cut = true;
  return brought.map(({ hash }) => hash);
}

/** Whether no result brought it before. */
function bring({ results }: Known, session: Brought, { hash, field }: Fact, tool: string, eventKey: string): boolean {
  if (peek(session.brought, hash) !== undefined) return false;
  const old = has(results, hash);
  const from = field === SENDER_FIELD ? { sender: true as const } : undefined;
  enter(session.brought, hash, BROUGHT, { tool, eventKey, old, ...from });
  return !old;
}
