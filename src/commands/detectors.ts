import { Command } from 'commander';
import pc from 'picocolors';
import type { Detector } from '../../detectors/detector.ts';
import { detectors } from '../../detectors/index.ts';
import { MINUTE } from '../../schemas/durations.ts';
import { loadConfig } from '../config.ts';
import type { Armed } from '../engine/judge.ts';
import { arm } from '../engine/rules.ts';
import { ConfigError } from '../errors.ts';
import { detectorCatalogue } from './support/detector-catalogue.ts';
import { cooldownText, settingsOf, tagsText, tellsText, warmUpText } from './support/detector-text.ts';
import { jsonLine } from './support/json-lines.ts';
import { textTable } from './support/rows.ts';

export interface DetectorsCommandOptions {
  write(text: string): void;
  color: boolean;
}

interface Options {
  config?: string;
  json?: boolean;
  markdown?: boolean;
}

export function detectorsCommand({ write, color }: DetectorsCommandOptions): Command {
  return new Command('detectors')
    .description('What is watched for, with the settings in force; one detector in full.')
    .argument('[id]', 'the detector; without it all of them')
    .option('--config <file>', 'configuration')
    .option('--markdown', 'as detectors/README.md holds it, with the defaults')
    .option('--json', 'a JSON line a detector')
    .addHelpText(
      'after',
      `
Examples:
  overreach detectors
  overreach detectors rate
  overreach detectors --json | jq -r 'select(.enabled | not) | .id'`,
    )
    .action((id: string | undefined, { config, json, markdown }: Options) => {
      const chosen = detectors.filter((detector) => id === undefined || detector.id === id);
      if (chosen.length === 0) throw new ConfigError(`${id}: there is no such detector (see \`overreach detectors\`)`);
      if (markdown) return write(detectorCatalogue(chosen));
      const armed = new Map(arm(loadConfig(config).config.detectors).map((one) => [one.detector.id, one]));
      if (json) return write(chosen.map((one) => jsonLine(outside(one, armed.get(one.id)))).join(''));
      const [first] = chosen;
      write(
        `${id === undefined ? table(chosen, armed) : whole(first!, armed.get(first!.id), pc.createColors(color))}\n`,
      );
    });
}

const outside = (detector: Detector, armed: Armed | undefined): object => {
  const { warmUp, threshold, severity, cooldownMs } = armed?.settings ?? detector.defaults;
  return {
    id: detector.id,
    title: detector.title,
    description: detector.description,
    enabled: armed !== undefined,
    threshold,
    severity,
    cooldown_minutes: cooldownMs / MINUTE,
    warm_up: warmUp,
    settings: armed?.config ?? Object.fromEntries(settingsOf(detector).map((one) => [one.name, one.default])),
    false_positives: detector.falsePositives,
    blind_spots: detector.blindSpots,
    references: detector.references,
    frameworks: detector.tags,
  };
};

const table = (chosen: readonly Detector[], armed: ReadonlyMap<string, Armed>): string =>
  textTable(
    ['detector', 'on', 'severity', 'threshold', 'warm-up', 'what'],
    chosen.map(({ id, title, defaults }) => {
      const settings = armed.get(id)?.settings ?? defaults;
      const on = armed.has(id) ? 'yes' : 'no';
      return [id, on, settings.severity, String(settings.threshold), warmUpText(settings), title];
    }),
  );

type Colors = ReturnType<typeof pc.createColors>;

function whole(detector: Detector, armed: Armed | undefined, colors: Colors): string {
  const settings = armed?.settings ?? detector.defaults;
  const own = settingsOf(detector);
  const values = (armed?.config ?? {}) as Record<string, unknown>;
  const list = (items: readonly string[]): string => items.map((item) => `  - ${item}`).join('\n');
  const part = (name: string, text: string): string => `${colors.dim(name)}\n${text}`;
  return [
    `${colors.bold(detector.id)}  ${detector.title}${armed === undefined ? colors.yellow('  (off)') : ''}`,
    detector.description,
    `${tellsText(detector)} Severity ${settings.severity}, threshold ${settings.threshold}, warm-up ${warmUpText(settings)}, cooldown ${cooldownText(settings)}.`,
    ...(detector.firstStep === undefined ? [] : [part('first step', `  ${detector.firstStep}`)]),
    ...(detector.firstStepOfRights === undefined
      ? []
      : [part('first step where rights changed', `  ${detector.firstStepOfRights}`)]),
    ...(own.length === 0
      ? []
      : [
          part(
            'its own settings',
            list(
              own.map((one) => `${one.name}: ${JSON.stringify(values[one.name] ?? one.default)}  ${one.description}`),
            ),
          ),
        ]),
    part('when it is wrong', list(detector.falsePositives)),
    part('what it cannot see', list(detector.blindSpots)),
    part('tags', `  ${tagsText(detector)}`),
    ...(detector.references.length === 0 ? [] : [part('references', list(detector.references))]),
  ].join('\n\n');
}
