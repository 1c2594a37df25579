import { z } from 'zod';
import { detectors } from '../../../detectors/index.ts';
import { eventSchema } from '../../../schemas/event.ts';
import { configJsonSchema } from '../../environment.ts';
import { detectorCatalogue } from './detector-catalogue.ts';

/** Files of the project that are made from its code, by path: `npm run docs` writes them, a test holds them fresh. */
export const documents = (): Record<string, string> => ({
  'detectors/README.md': detectorCatalogue(detectors),
  'schemas/event.schema.json': pretty(z.toJSONSchema(eventSchema, { io: 'input', unrepresentable: 'any' })),
  'schemas/config.schema.json': pretty(configJsonSchema()),
});

const pretty = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
