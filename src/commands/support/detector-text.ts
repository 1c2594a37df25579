import { z } from 'zod';
import type { Detector, DetectorDefaults } from '../../../detectors/detector.ts';
import type { Frameworks } from '../../../schemas/alert.ts';
import { DAY, HOUR, MINUTE } from '../../../schemas/durations.ts';

/** One of a detector's own settings: its name, default and meaning. */
interface Setting {
  name: string;
  default: unknown;
  description: string;
}

interface JsonSchema {
  properties?: Record<string, { default?: unknown; description?: string }>;
}

export const settingsOf = ({ config }: Detector): Setting[] =>
  Object.entries((z.toJSONSchema(config, { io: 'input', unrepresentable: 'any' }) as JsonSchema).properties ?? {}).map(
    ([name, { default: value, description = '' }]) => ({ name, default: value, description }),
  );

export function warmUpText({ warmUp: { count, days } }: DetectorDefaults): string {
  const parts = [...(count > 0 ? [`${count} observations`] : []), ...(days > 0 ? [`${days} days`] : [])];
  return parts.join(' or ') || 'none';
}

export const cooldownText = ({ cooldownMs, quietMs }: DetectorDefaults): string =>
  `${durationText(cooldownMs)}${quietMs === undefined ? '' : ` (over after ${durationText(Math.max(cooldownMs, quietMs))} of silence)`}`;

/** In the largest unit that holds it whole. */
function durationText(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['s', 1000];
  return `${ms / size} ${unit}`;
}

const UNITS: [string, number][] = [
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
];

const FRAMEWORKS: Record<keyof Frameworks, string> = {
  owasp_asi: 'OWASP',
  mitre_atlas: 'MITRE ATLAS',
  maestro: 'MAESTRO',
  nist_ai_rmf: 'NIST AI RMF',
};

export const tagsText = ({ tags }: Detector): string =>
  (Object.keys(FRAMEWORKS) as (keyof Frameworks)[])
    .filter((framework) => tags[framework].length > 0)
    .map((framework) => `${FRAMEWORKS[framework]} ${tags[framework].join(', ')}`)
    .join('; ');

/** How its findings reach people. */
export const tellsText = ({ tells, awaits }: Detector): string =>
  `${tells === 'session' ? "Its findings alert through the session's one alert" : 'Its findings alert by themselves'}${awaits === undefined ? '' : `; judged when the ${awaits} of the call is known`}.`;
