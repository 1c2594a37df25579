import { remembered } from '../../schemas/remember.ts';
import { withoutComments } from '../../schemas/sql-comments.ts';
import { spaced } from '../../schemas/words.ts';

/** What a read asks for of people, where it says so by a list of fields or columns; null where it gives none. */
export function askedFor(args: Record<string, unknown> | undefined): readonly Detail[] | null {
  let found: Detail[] | null = null;
  for (const key in args) {
    const does = keyed(key);
    if (does === '') continue;
    const value = args[key];
    const names = does === 'lists' ? listIn(value) : selectedIn(value);
    if (names === null) continue;
    found ??= [];
    for (const name of names) found.push(...detailsOf(name));
  }
  return found === null ? null : [...new Set(found)];
}

/** Details of a person: alone they name or hurt somebody, or several together do (GDPR, articles 4 and 9). */
export type Detail =
  | 'national id'
  | 'passport'
  | 'account'
  | 'pay'
  | 'health'
  | 'belief or origin'
  | 'date of birth'
  | 'home'
  | 'telephone'
  | 'name';

const DETAILS: readonly (readonly [Detail, RegExp])[] = [
  [
    'national id',
    / (?:ssn|social security(?: number| no)?|national id(?:entifier| number)?|nino|nhs number|tax id|tin|cpf|dni|nif|curp|pesel|steuer ?id|insurance (?:number|no)) /,
  ],
  ['passport', / (?:passport|drivers? licen[cs]e|id card) /],
  ['account', / (?:iban|bank account|account number|card number|pan|cvv|cvc) /],
  ['pay', / (?:salary|salaries|wages?|gross pay|gehalt|salario|salaire) /],
  ['health', / (?:diagnos[ie]s|hiv|icd(?: ?10)?|medications?|genotype|disability|pregnant|pregnancy) /],
  ['belief or origin', / (?:religion|ethnicity|race|sexual orientation|union membership) /],
  ['date of birth', / (?:birth ?date|date of birth|dob|birthday|geburtsdatum|nacimiento|naissance) /],
  ['home', / (?:(?:home|street|postal) address|zip(?: ?code)?|postal ?code|postcode|plz) /],
  ['telephone', / (?:phone|mobile|telephone|cell)(?: number| no)? /],
  ['name', / (?:(?:first|last|full|given|family|patient|customer) ?name|surname) |^ name $/],
];
const STRONG = new Set<Detail>(['national id', 'passport', 'account', 'pay', 'health', 'belief or origin']);

/** Of so little a letter is written: one of the weaker alone says nobody's secret. */
export const tells = (details: readonly Detail[]): boolean =>
  details.some((detail) => STRONG.has(detail)) || details.length > 1;

const REMEMBERED = 4096;
const LONGEST = 120;
const detailsOf = remembered(
  (name): readonly Detail[] => {
    const words = spaced(name);
    return DETAILS.filter(([, pattern]) => pattern.test(words)).map(([detail]) => detail);
  },
  REMEMBERED,
  LONGEST,
);

const LISTS =
  /^(?:\$?(?:fields?|select|columns?|attributes|properties|elements|_elements|include|projection|expand)|(?:return|output|export)_?fields|field_?(?:list|names))$/i;
const STATES = /^(?:sql|query|statement|soql|sql_?(?:query|text|statement))$/i;
const keyed = remembered(
  (key): 'lists' | 'states' | '' => (LISTS.test(key) ? 'lists' : STATES.test(key) ? 'states' : ''),
  REMEMBERED,
  LONGEST,
);

const MOST = 128;
function listIn(value: unknown): readonly string[] | null {
  if (Array.isArray(value)) return value.slice(0, MOST).filter((one) => typeof one === 'string');
  return typeof value === 'string' ? value.slice(0, CHARS).split(/[,;\s]+/, MOST) : null;
}

const CHARS = 8_192;
/** What stands between SELECT and FROM. */
const SELECTED = /\bselect\b([^;]{1,4000}?)\bfrom\b/gi;
function selectedIn(value: unknown): readonly string[] | null {
  if (typeof value !== 'string') return null;
  const lists = [...withoutComments(value.slice(0, CHARS)).matchAll(SELECTED)].slice(0, 8);
  return lists.length === 0 ? null : lists.flatMap(([, list = '']) => list.split(',', MOST));
}
