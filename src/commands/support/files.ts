import type { z } from 'zod';
import { describeIssue, readYaml } from '../../config.ts';
import { ConfigError } from '../../errors.ts';

/** A YAML file by its schema: a mistake is one line with the file and the path of the value. */
export function loadYamlWith<T>(path: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(readYaml(path));
  if (!parsed.success) throw new ConfigError(`${path}: ${describeIssue(parsed.error)}`);
  return parsed.data;
}
