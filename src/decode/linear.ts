import { RE2JS } from 're2js';
import { ConfigError } from '../errors.ts';

/** A regular expression of the configuration, run in linear time: the text it reads is an attacker's. */
interface LinearPattern {
  test(text: string): boolean;
  /** How many groups it has. */
  readonly groups: number;
  /** `by` is a text in which $1 stands for a group, or a function of the match. */
  replace(text: string, by: string | ((match: string) => string)): string;
}

export function compileLinear(source: string, where: string): LinearPattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    throw new ConfigError(`${where}: ${(error as Error).message}`);
  }
  return {
    groups: compiled.groupCount(),
    test: (text) => compiled.matcher(text).find(),
    replace: (text, by) => compiled.matcher(text).replaceAll(by),
  };
}
