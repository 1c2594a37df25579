import { spaced } from '../../schemas/words.ts';
import { type Act, act } from './act.ts';
import { type Call, type Reader, saidIn } from './reader.ts';

const CHANGES = / (?:update|change|set|modify|edit|replace|patch|aendern|ändern|aendere|ändere) /;
/** To whom money goes, as tools name it. */
const ACCOUNT =
  / (?:bank(?: (?:accounts?|details|data|info))?|iban|bank ?verbindung|konto ?verbindung|payees?|beneficiar(?:y|ies)|remittance|payouts?|payment details|direct deposit|settlement account) /;
const PAID =
  / (?:vendors?|suppliers?|creditors?|lieferant(?:en)?|kreditor(?:en)?|employees?|contractors?|payroll|merchants?|partners?) /;
const ACCOUNT_FIELD =
  /(?:^|[._])(?:iban|bban|bic|swift(?:_?code)?|bank_?(?:account|details|code|data)?(?:_?(?:number|no|id))?|account_?(?:number|no)|routing_?(?:number|no)|sort_?code|payout_?(?:account|destination)|beneficiary_?account)$/i;
export const isAccount = (field: string): boolean => ACCOUNT_FIELD.test(field);
/** What is only asked about it, or done with it. */
const ASKS = / (?:get|list|validate|verify|check|search|preview|settings|schedule|status|limit|feed|holiday) /;

/** Money that is owed to somebody goes to another account from now on (MITRE ATT&CK T1657, business email compromise). */
function redirects({ server, tool, leaves }: Call): Act | null {
  const name = spaced(tool);
  const given = leaves.some(([key, value]) => ACCOUNT_FIELD.test(key) && String(value).length > 3);
  if (!given && !ACCOUNT.test(name)) return null;
  return act('redirects_money', 'medium', `${server} ${tool} ${saidIn(leaves)}`);
}

export const payees: Reader = {
  fits(_server, tool) {
    const name = spaced(tool);
    return CHANGES.test(name) && !ASKS.test(name) && (ACCOUNT.test(name) || PAID.test(name));
  },
  does: redirects,
};
