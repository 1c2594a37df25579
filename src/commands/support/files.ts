import { type Catalogue, catalogueSchema } from '../../../schemas/catalogue.ts';
import { checkYaml, readYaml } from '../../yaml.ts';

/** The operator's catalogue files: what class his own tools are. */
export const loadCatalogues = (paths: readonly string[]): Catalogue[] =>
  paths.map((path) => checkYaml(readYaml(path), catalogueSchema));
