import type { Option } from 'commander';
import { type Catalogue, catalogueSchema } from '../../../schemas/catalogue.ts';
import type { Config } from '../../../schemas/config.ts';
import { readEach } from '../../mistakes.ts';
import { checkYaml, readYaml } from '../../yaml.ts';
import { repeated } from './arguments.ts';

export const grantsOption = (): Option =>
  repeated(
    '--grants <file>',
    'a grants file beside those of the configuration; without any, those in force in the record',
  );

/** Files of `grantsOption` and of the configuration; none where none is given, and what is in force in the record counts. */
export const besideConfigured = ({ grants }: Pick<Config, 'grants'>, given: readonly string[]): string[] =>
  given.length > 0 ? [...grants, ...given] : [];

/** The operator's catalogue files: what class his own tools are. */
export const loadCatalogues = (paths: readonly string[]): Catalogue[] =>
  readEach(paths, (path) => checkYaml(readYaml(path), catalogueSchema));
