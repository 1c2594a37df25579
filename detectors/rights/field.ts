import type { PrivilegeClass } from '../../schemas/alert.ts';
import { wordsOf } from '../../schemas/words.ts';
import { lastName } from '../stats/leaves.ts';

const RIGHT =
  /(?:^|_)(?:groups?|roles?|permissions?|access|visibility|privacy|scopes?|acls?|privileges?|rights?|grants?|shar(?:e|ed|ing)|audience|public|private|admin|superuser|sudo|membership|entitlements?|read_?only)(?:_(?:level|ids?|names?|type|mode))?$/;

/** The last name in a field's path, its words in lower case between underscores. */
export const lastWords = (field: string): string => wordsOf(lastName(field)).join('_');

/** Whether a field of this last name decides who may do what. */
export const isRight = (name: string): boolean => RIGHT.test(name);

/** What the class of a call that gives a right adds to its score. */
export const GRAVITY: Record<PrivilegeClass, number> = {
  discover: 0,
  read: 0,
  write: 0.8,
  execute: 1,
  secret: 1.3,
  identity: 1.5,
};
