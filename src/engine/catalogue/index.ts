import { automation } from './automation.ts';
import { cloud } from './cloud.ts';
import { code } from './code.ts';
import { data } from './data.ts';
import { devices } from './devices.ts';
import type { CatalogueEntry } from './entry.ts';
import { identity } from './identity.ts';
import { local } from './local.ts';
import { secrets } from './secrets.ts';
import { web } from './web.ts';
import { work } from './work.ts';

/** Every product that is known, the more particular before the more general: `aws-secrets-manager` before `aws`. */
export const builtin: readonly CatalogueEntry[] = [
  ...secrets,
  ...identity,
  ...automation,
  ...local,
  ...code,
  ...cloud,
  ...data,
  ...devices,
  ...work,
  ...web,
];
