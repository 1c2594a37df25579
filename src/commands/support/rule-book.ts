import type { Alert, Verdict } from '../../../schemas/alert.ts';
import type { Catalogue } from '../../../schemas/catalogue.ts';
import type { Config } from '../../../schemas/config.ts';
import { DAY } from '../../../schemas/durations.ts';
import type { GrantsFile } from '../../../schemas/grant.ts';
import type { PublishedPrior } from '../../engine/peers.ts';
import { compileRules, type RuleContents } from '../../engine/rules.ts';
import type { DatedGrants } from '../../engine/scope.ts';
import { SESSION_DETECTOR } from '../../engine/session-alert.ts';
import { argumentShape, type FoldVerdict } from '../../engine/verdicts.ts';
import { historyOf } from '../../grants/history.ts';
import { contentId } from '../../hash.ts';
import { type Contents, createInputBook, type InputBook } from '../../pipeline/input-book.ts';
import type { InputVersion, Store } from '../../stores/store.ts';
import { withVerdictLists } from './verdict-lists.ts';

interface Kinds {
  config: Config['detectors'];
  catalogue: Catalogue[];
  grants: { file: GrantsFile; earlier: DatedGrants[] };
  verdicts: FoldVerdict[];
  peers: PublishedPrior;
}

/** The dated inputs of this program (rule R6): what each kind holds, and how it becomes the next version. */
export interface RuleBook {
  book: InputBook;
  set<K extends keyof Kinds>(kind: K, content: Kinds[K]): Promise<boolean>;
  /** Grants know those before them: who was ever governed stays so. */
  setGrants(file: GrantsFile): Promise<boolean>;
  /** The grants that were in force last stay so, under their version. False where there never were any. */
  keepGrants(): Promise<boolean>;
  /** The verdicts that were put in force last, in an earlier run or by another process of the same store, hold here. */
  adoptVerdicts(): Promise<void>;
  /** What was said of these, in one: of the alerts of a storm it is one verdict. */
  addVerdict(alerts: readonly Alert[], verdict: Verdict): Promise<void>;
}

/**
 * The partition, which none is, under which it is kept what is in force for all: a list of verdicts that is empty again is
 * an old version, and its loading says nothing of that.
 */
const EVERYWHERE = '';

export const versionOf = (kind: string, content: string): string => contentId(kind, content);

export function createRuleBook({ store, now }: { store: Store; now(): number }): RuleBook {
  const inputs = withVerdictLists(store);
  const book = createInputBook({
    compile: (contents) => compileRules(readContents(contents)),
    read: inputs.readInput,
    write: inputs.writeInput,
    versionOf,
    now,
  });
  const set: RuleBook['set'] = async (kind, content) => {
    const changed = await book.set(kind, JSON.stringify(content));
    const version = book.current[kind]!;
    if (changed) await store.writeAdoption({ partition: EVERYWHERE, kind, version, fromOffset: 0, epoch: 0 });
    return changed;
  };
  /** The version that was put in force last; of a record that does not say it, the one that was loaded last. */
  const lastOf = async (kind: keyof Kinds): Promise<InputVersion | null> => {
    const last = (await store.adoptions(EVERYWHERE, 0, 0)).find((adoption) => adoption.kind === kind);
    if (last !== undefined) return await inputs.readInput(kind, last.version);
    const newest = await store.newestInput(kind);
    return newest && (await inputs.readInput(kind, newest.version));
  };
  /** Without saying it anew: it would stand above what another process says meanwhile. */
  const newestVerdicts = async (): Promise<FoldVerdict[]> => {
    const content = (await lastOf('verdicts'))?.content ?? '[]';
    await book.set('verdicts', content);
    return JSON.parse(content) as FoldVerdict[];
  };
  let turn: Promise<void> = Promise.resolve();
  /** One after the other: each verdict is added to the list that the one before has left. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    turn = turn.then(work, work);
    return turn;
  };
  return {
    book,
    set,
    async setGrants(file) {
      const last = await lastOf('grants');
      if (last === null) return await set('grants', { file, earlier: [] });
      const known = JSON.parse(last.content) as Kinds['grants'];
      const isSame = JSON.stringify(known.file) === JSON.stringify(file);
      return await set('grants', isSame ? known : { file, earlier: historyOf(known, last.loadedAt) });
    },
    async keepGrants() {
      const last = await lastOf('grants');
      if (last === null) return false;
      const known = JSON.parse(last.content) as Kinds['grants'];
      if (known.file.grants.length + known.file.charters.length + known.earlier.length === 0) return false;
      await set('grants', known);
      return true;
    },
    adoptVerdicts: () => inTurn(async () => void (await newestVerdicts())),
    addVerdict: (alerts, verdict) =>
      inTurn(async () => {
        const { verdict: word } = verdict;
        const own: FoldVerdict[] = [];
        if (word === 'safe' || word === 'compromised')
          for (const alert of alerts) own.push(inForce(alert, verdict, word, await shapeOf(store, alert)));
        const spoken = new Set(alerts.map(({ alert_id }) => alert_id));
        const others = (await newestVerdicts()).filter(
          ({ alertId, expiresAt }) => !spoken.has(alertId) && now() < (expiresAt ?? Number.POSITIVE_INFINITY) + LATE_MS,
        );
        await set('verdicts', [...others, ...own]);
      }),
  };
}

/** What expired stays in the list for as long: calls that are read late are judged as of their own time. */
const LATE_MS = 7 * DAY;

const CALL = `SELECT args FROM v_events
WHERE agent_id = {agent:String} AND (event_id = {id:String} OR event_key = {id:String}) ORDER BY occurred_at DESC LIMIT 1`;

/** Shape of the arguments of the call that an alert rests on; undefined where it is no longer, or not yet, stored. */
async function shapeOf(store: Store, { agent, event_ids }: Alert): Promise<string | undefined> {
  const limits = { maxRows: 1, maxSeconds: 10, maxBytes: 16 * 1_048_576 };
  const id = event_ids.at(-1) ?? '';
  // A silence is no call.
  if (id === '') return undefined;
  const { rows } = await store.query(CALL, limits, { agent: agent.id, id });
  const args = rows[0]?.args;
  if (args === undefined) return undefined;
  return argumentShape(args === '' ? {} : (JSON.parse(String(args)) as Record<string, unknown>));
}

function inForce(
  alert: Alert,
  { expires_at }: Verdict,
  verdict: FoldVerdict['verdict'],
  shape: string | undefined,
): FoldVerdict {
  return {
    verdict,
    alertId: alert.alert_id,
    detector: alert.detector,
    agentId: alert.agent.id,
    ...(alert.server === undefined ? {} : { server: alert.server }),
    ...(alert.target === undefined ? {} : { target: alert.target }),
    ...(shape === undefined ? {} : { shape }),
    class: alert.class,
    ...(alert.subject === undefined ? {} : { subject: alert.subject }),
    ...(alert.detector === SESSION_DETECTOR && { score: alert.score }),
    ...(alert.session_id === undefined ? {} : { session: alert.session_id }),
    ...(expires_at === undefined ? {} : { expiresAt: Date.parse(expires_at) }),
  };
}

/** What the stored contents say, read. */
export function readContents(contents: Contents): RuleContents {
  const parsed = <K extends keyof Kinds>(kind: K): Kinds[K] | undefined =>
    contents[kind] === undefined ? undefined : (JSON.parse(contents[kind].content) as Kinds[K]);
  const grants = parsed('grants');
  return {
    detectors: parsed('config') ?? {},
    catalogues: parsed('catalogue') ?? [],
    ...(grants === undefined ? {} : { grants: { ...grants, loadedAt: contents.grants!.loadedAt } }),
    verdicts: parsed('verdicts') ?? [],
    ...(contents.peers === undefined ? {} : { peers: parsed('peers')! }),
  };
}
