import { detectors } from '../../../detectors/index.ts';
import { firstStep } from '../../alerts/first-step.ts';
import { createAgentReader } from '../../api/agents.ts';
import { createApp } from '../../api/app.ts';
import { packageVersion } from '../../config.ts';
import { gatewayNames } from '../../decode/options.ts';
import { configJsonSchema } from '../../environment.ts';
import { contextFrom, ownStep } from './alert-context.ts';
import { learningOf } from './learning.ts';
import type { Parts } from './parts.ts';
import { MAX_BYTES } from './reader.ts';
import { resend } from './resend.ts';
import { listVerdicts } from './said.ts';
import { readStatus } from './status.ts';
import { sayVerdict } from './verdict.ts';

/** What HTTP may ask of a running service, put into the words of src/api. */
export function openApp(parts: Parts): ReturnType<typeof createApp> {
  const { loaded, armed, store, rules, pipeline, notifier, now } = parts;
  const { config } = loaded;
  const startedAt = now();

  const learning = (agentId: string) => {
    for (const { partition } of pipeline.held.values()) {
      const agent = partition.agents.get(agentId);
      if (agent !== undefined) return learningOf(armed, agent);
    }
    return undefined;
  };

  async function reload(): Promise<{ changed: string[]; versions: Record<string, string> }> {
    const before = rules.book.current;
    await parts.catalogue.reload();
    await parts.grants.reload();
    const after = rules.book.current;
    return { changed: Object.keys(after).filter((kind) => after[kind] !== before[kind]), versions: { ...after } };
  }

  return createApp({
    http: config.http,
    tokens: parts.tokens,
    limits: { maxRows: config.query.max_rows, maxSeconds: config.query.max_seconds, maxBytes: MAX_BYTES },
    ingest: parts.ingest.posts,
    gateways: gatewayNames(config),
    store,
    agents: createAgentReader(store, learning),
    detectors: detectors.map(({ id, title, description, falsePositives, blindSpots }) => ({
      id,
      title,
      description,
      false_positives: falsePositives,
      blind_spots: blindSpots,
      enabled: armed.some(({ detector }) => detector.id === id),
    })),
    around: async (alert) => {
      // Who opens an alert sees it, also where the record is too slow to say what led there.
      const context = await contextFrom(store)(alert).catch(() => undefined);
      return {
        first_step: firstStep(alert, ownStep(alert)),
        ...(context && { calls: context.calls ?? [], beside: context.beside ?? [] }),
      };
    },
    verdict: (said) => sayVerdict({ store, rules, notifier, storm: config.alerts.storm, now }, said),
    said: (limit) => listVerdicts(store, pipeline.held, limit),
    channels: config.alerts.channels.map(({ name }) => name),
    resend: (what) => resend(store, notifier, what),
    redact: parts.redact,
    review: (review) => store.writeReview(review),
    reload,
    status: () => readStatus({ ...parts, config, learning, startedAt }),
    notReady: parts.notReady,
    metrics: parts.metrics,
    log: parts.log,
    version: packageVersion(),
    configSchema: configJsonSchema,
    now,
  });
}
