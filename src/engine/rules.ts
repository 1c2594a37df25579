import { z } from 'zod';
import type { DetectorDefaults } from '../../detectors/detector.ts';
import { detectors } from '../../detectors/index.ts';
import type { Catalogue } from '../../schemas/catalogue.ts';
import type { Config } from '../../schemas/config.ts';
import { MINUTE } from '../../schemas/durations.ts';
import type { GrantsFile } from '../../schemas/grant.ts';
import { announced, charterBreach, ownerOf } from './charter.ts';
import { createEngine, type Engine } from './engine.ts';
import { createGranted } from './granted.ts';
import type { Inputs } from './inputs.ts';
import type { Armed } from './judge.ts';
import { type PublishedPrior, priorViews } from './peers.ts';
import { createClassifier } from './privilege.ts';
import { compileGrants, type DatedGrants, judgeScope } from './scope.ts';
import { SESSION_DEFAULTS, SESSION_DETECTOR } from './session-alert.ts';
import { compileVerdicts, type FoldVerdict } from './verdicts.ts';

/** What people said, by kind: what the versions of rule R6 hold, as JSON. */
export interface RuleContents {
  detectors?: Config['detectors'];
  catalogues?: Catalogue[];
  grants?: { file: GrantsFile; earlier: DatedGrants[]; loadedAt?: number };
  verdicts?: FoldVerdict[];
  /** Where partitions are many (Kafka). */
  peers?: PublishedPrior;
}

/** Compiles the fold out of what people said. */
export function compileRules(contents: RuleContents, learnUntil?: number): { engine: Engine; inputs: Inputs } {
  const settings = contents.detectors ?? {};
  const engine = createEngine({
    armed: arm(settings),
    session: engineSettings(SESSION_DEFAULTS, settings[SESSION_DETECTOR]),
    ...(learnUntil === undefined ? {} : { learnUntil }),
  });
  const { file, earlier, loadedAt } = contents.grants ?? {
    file: { grants: [], charters: [], changes: [] },
    earlier: [],
  };
  const grants = compileGrants(file, loadedAt, earlier);
  const classify = createClassifier(contents.catalogues ?? []);
  const inputs: Inputs = {
    classify,
    scope: (body, privilege, at) => judgeScope(grants, body, privilege, at),
    granted: createGranted(grants, classify),
    charter: (body, privilege) => charterBreach(grants, body, privilege),
    owner: (agentId) => ownerOf(grants, agentId),
    announced: (agentId, at) => announced(grants, agentId, at)?.reason,
    ...compileVerdicts(contents.verdicts ?? []),
    ...(contents.peers === undefined ? {} : { peers: priorViews(contents.peers) }),
  };
  return { engine, inputs };
}

/** The detectors that are on, each with its settings; every unknown name or value is a mistake with its path. */
export function arm(settings: Config['detectors']): Armed[] {
  const mistakes = Object.keys(settings)
    .filter((id) => id !== SESSION_DETECTOR && !detectors.some((detector) => detector.id === id))
    .map((id) => `detectors.${id}: there is no such detector (see \`overreach detectors\`)`);
  const armed = detectors.flatMap((detector): Armed[] => {
    const given = settings[detector.id];
    const { enabled, ...own } = engineSettings(detector.defaults, given);
    if (!enabled) return [];
    const { enabled: _, threshold: _t, severity: _s, cooldown_minutes: _c, warm_up: _w, ...rest } = given ?? {};
    // A setting that is misspelt is a mistake, not a default.
    const schema = detector.config instanceof z.ZodObject ? detector.config.strict() : detector.config;
    const parsed = schema.safeParse(rest);
    if (parsed.success) return [{ detector, config: parsed.data, settings: own }];
    mistakes.push(...parsed.error.issues.flatMap((issue) => mistakesOf(detector.id, issue)));
    return [];
  });
  if (mistakes.length > 0) throw new RuleError(mistakes.join('\n'));
  return armed;
}

function mistakesOf(id: string, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `detectors.${id}.${key}: there is no such setting (see \`overreach detectors ${id}\`)`,
    );
  return [`${['detectors', id, ...issue.path].join('.')}: ${issue.message}`];
}

function engineSettings(
  defaults: DetectorDefaults,
  given: Config['detectors'][string] | undefined,
): DetectorDefaults & { enabled: boolean } {
  return {
    enabled: given?.enabled ?? true,
    threshold: given?.threshold ?? defaults.threshold,
    severity: given?.severity ?? defaults.severity,
    cooldownMs: given?.cooldown_minutes === undefined ? defaults.cooldownMs : given.cooldown_minutes * MINUTE,
    ...(defaults.quietMs !== undefined && { quietMs: defaults.quietMs }),
    warmUp: {
      count: given?.warm_up?.count ?? defaults.warmUp.count,
      days: given?.warm_up?.days ?? defaults.warmUp.days,
    },
  };
}

/** A rule that cannot be: the message names the value and the mend. */
export class RuleError extends Error {
  override name = 'RuleError';
}
