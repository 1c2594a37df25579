import { lastName, leavesOf } from '../stats/leaves.ts';

/** What says in a field whose record a call is about: the letters that its ids begin with, or the tenant by name. */
interface Family {
  /** Name of the field without the path to it. */
  field: string;
  family: string;
  /** The field whose value says which record it is; '' where only the tenant is named. */
  record: string;
}

/** Letters, then nothing but digits: `NT-7134434`, `D-BEA-44267`, `V51189`. */
const ID = /^([A-Za-z]{1,10}(?:[-_:/.][A-Za-z]{1,10}){0,2})[-_:/.]?\d{2,20}(?:[-_.:/]\d{1,10}){0,2}$/;
/** Fields that name a tenant, and short names of one. */
const TENANT =
  /^(?:tenant|site|clinic|klinik|hospital|facility|org|organi[sz]ation|company|mandant|standort|client|customer|account|subsidiary|store|branch_office|warehouse|country|market)(?:_?(?:id|code|key|name))?$/i;
const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,15}$/;
const MOST = 8;

/** Of the first few fields that have one. */
export function familiesOf(args: unknown): Family[] {
  const found: Family[] = [];
  for (const [path, value] of leavesOf(args)) {
    if (found.length >= MOST) break;
    const first = Array.isArray(value) ? value[0] : value;
    if (typeof first !== 'string' || first.length > 64) continue;
    const field = lastName(path).slice(0, 40);
    const letters = ID.exec(first)?.[1];
    const family = letters ?? (TENANT.test(field) && NAME.test(first) ? first : undefined);
    if (family !== undefined)
      found.push({ field, family: family.toUpperCase(), record: letters === undefined ? '' : path });
  }
  return found;
}
