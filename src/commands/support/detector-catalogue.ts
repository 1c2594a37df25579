import type { Detector } from '../../../detectors/detector.ts';
import { cooldownText, settingsOf, tagsText, tellsText, warmUpText } from './detector-text.ts';

const HEAD = `# Detectors

Generated from the detectors themselves by \`npm run docs\`; \`overreach detectors\` shows the same with the settings in force.

Each looks at one agent's calls, in order, and holds them against that agent's own past (and its peers'). A score is -log10 of a tail
probability: 3 is one in a thousand. Under \`detectors:\` in the configuration every one takes \`enabled\`, \`threshold\`, \`severity\`,
\`cooldown_minutes\` and \`warm_up: { count, days }\`, and beside them its own settings:

\`\`\`yaml
detectors:
  rate: { threshold: 4, severity: low }
  off-hours: { enabled: false }
\`\`\`

\`session\` is configured the same way: the one alert that a session's findings together can raise.
`;

/** detectors/README.md: what each detector means, when it is wrong, what it cannot see. */
export const detectorCatalogue = (detectors: readonly Detector[]): string =>
  [HEAD, index(detectors), ...detectors.map(chapter)].join('\n');

const index = (detectors: readonly Detector[]): string =>
  `${rows(
    ['detector', 'what', 'severity', 'threshold'],
    detectors.map(({ id, title, defaults }) => [
      `[${id}](#${id})`,
      title,
      defaults.severity,
      String(defaults.threshold),
    ]),
  )}\n`;

function chapter(detector: Detector): string {
  const { id, title, description, defaults, falsePositives, blindSpots, references, firstStep, firstStepOfRights } =
    detector;
  const settings = settingsOf(detector);
  return `${[
    `## ${id}`,
    `**${title}.** ${description}`,
    ...(firstStep === undefined ? [] : [`First step: ${firstStep}`]),
    ...(firstStepOfRights === undefined ? [] : [`First step where rights changed: ${firstStepOfRights}`]),
    `${tellsText(detector)} Severity ${defaults.severity}, threshold ${defaults.threshold}, warm-up ${warmUpText(defaults)}, cooldown ${cooldownText(defaults)}.`,
    ...(settings.length === 0
      ? []
      : [
          rows(
            ['setting', 'default', 'meaning'],
            settings.map(({ name, default: value, description: meaning }) => [
              `\`${name}\``,
              `\`${JSON.stringify(value)}\``,
              meaning,
            ]),
          ),
        ]),
    `When it is wrong:\n\n${list(falsePositives)}`,
    `What it cannot see:\n\n${list(blindSpots)}`,
    `Tags: ${tagsText(detector)}.`,
    ...(references.length === 0 ? [] : [`References:\n\n${list(references.map((url) => `<${url}>`))}`]),
  ].join('\n\n')}\n`;
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');

const rows = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replaceAll('|', '\\|');
