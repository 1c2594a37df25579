/** What of a registered domain is its own name: `acme` of `acme.co.uk`. */
export const labelOf = (domain: string): string => domain.slice(0, Math.max(0, domain.indexOf('.')));

/** Shorter names are near to too many others. */
const LEAST = 5;
const LEAST_FOR_A_LETTER = 6;

/** What is put beside a name to have somebody believe it. */
const LURE =
  /^(?:billing|pay|payments?|invoices?|invoicing|support|secure|security|login|signin|portal|mail|mailer|accounts?|accounting|finance|payroll|helpdesk|verify|verification|sso|auth|admin|docs)$/;

/** Whether a name would be taken for the house's own: it, with a word beside it (`acme-billing`), or a letter off (`acmme`). */
export const passesForHouse = (label: string, house: string): boolean =>
  house.length >= LEAST &&
  label !== house &&
  (`-${label}-`.includes(`-${house}-`) || isLured(label, house) || isOneOff(label, house));

const isLured = (label: string, house: string): boolean =>
  (label.startsWith(house) && LURE.test(label.slice(house.length))) ||
  (label.endsWith(house) && LURE.test(label.slice(0, -house.length)));

/** Whether two names are one letter apart, other than by their numbers: added, left out, changed, or swapped with its neighbour. */
export function isOneOff(label: string, known: string): boolean {
  if (Math.min(label.length, known.length) < LEAST_FOR_A_LETTER || label === known) return false;
  if (Math.abs(label.length - known.length) > 1) return false;
  const [a, b] = [drawn(label), drawn(known)];
  if (a === b) return true;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  const [restA, restB] = [a.slice(from), b.slice(from)];
  if (/^\d*$/.test(`${restA[0] ?? ''}${restB[0] ?? ''}`) || isPlural(restA, restB)) return false;
  return (
    restA.slice(1) === restB.slice(1) ||
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
  );
}

const isPlural = (a: string, b: string): boolean => (a === '' && b === 's') || (a === 's' && b === '');

/** As the eye takes it: digits that look like letters. */
const drawn = (label: string): string =>
  label.replace(/(?<=[a-z])[015](?=[a-z])/g, (digit) => ({ 0: 'o', 1: 'l', 5: 's' })[digit]!);
