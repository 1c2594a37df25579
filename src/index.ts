/**
 * For programs that embed Overreach instead of running it: what data looks like at every border, and the fold itself,
 * which needs neither store nor server.
 *
 *     const decode = createDecoder({ hasher: createHasher(key) });
 *     const { engine, inputs } = compileRules({ grants: { file: grantsFileSchema.parse(grants), earlier: [] } });
 *     const partition = createPartition({ id: 'mine/0', engine, dedupeWindow: 10_000, nextOffset: 0 });
 *     for await (const batch of readJsonl({ input: 'events.jsonl.gz', instance: 'gw-1', gateway: 'auto' }))
 *       for (const { items, offset } of decode(batch)) {
 *         for (const item of items) if (item.kind === 'event') console.log(partition.fold(item.event, inputs).alerts);
 *         partition.pass(offset);
 *       }
 */
export type { Detector, DetectorDefaults, PeerView, Score, Seen, WarmUp } from '../detectors/detector.ts';
export { defineDetector } from '../detectors/detector.ts';
export { detectors } from '../detectors/index.ts';
export type { Alert, Judgement, PrivilegeClass, Scope, Severity, Verdict } from '../schemas/alert.ts';
export { alertSchema, CLASSES, SCOPES, SEVERITIES, VERDICTS } from '../schemas/alert.ts';
export type { Catalogue } from '../schemas/catalogue.ts';
export { catalogueSchema } from '../schemas/catalogue.ts';
export type { Config, ConfigInput } from '../schemas/config.ts';
export { configSchema } from '../schemas/config.ts';
export type { CanonicalEvent, Event, NativeEvent, Reject } from '../schemas/event.ts';
export { eventSchema, REJECT_REASONS } from '../schemas/event.ts';
export type { Charter, Grant, GrantsFile } from '../schemas/grant.ts';
export { grantsFileSchema } from '../schemas/grant.ts';
export type { Decoded, DecodedItem, Decoder, DecoderOptions } from './decode/decode.ts';
export { createDecoder } from './decode/decode.ts';
export type { Engine, EngineSettings } from './engine/engine.ts';
export { createEngine } from './engine/engine.ts';
export type { Inputs } from './engine/inputs.ts';
export type { Armed } from './engine/judge.ts';
export type { EventOutcome, Partition, PartitionOptions } from './engine/partition.ts';
export { createPartition } from './engine/partition.ts';
export type { RuleContents } from './engine/rules.ts';
export { arm, compileRules } from './engine/rules.ts';
export { SESSION_DEFAULTS } from './engine/session-alert.ts';
export type { Hasher } from './hash.ts';
export { createHasher } from './hash.ts';
export type { JsonlOptions } from './sources/jsonl.ts';
export { readJsonl } from './sources/jsonl.ts';
export type { Batch, SourceRecord } from './sources/source.ts';
