import { describe, expect, it } from 'vitest';
import { graveAct } from '../../detectors/grave-act.ts';
import { createRun, DAY, MONDAY, type Told } from '../support/run.ts';
import { shownBy } from './worked.ts';

type Call = Pick<Told, 'server' | 'tool' | 'args'>;
const call = (tool: string, args: Record<string, unknown>, server = 'erp'): Call => ({ server, tool, args });
const iban = 'DE55546482573082557919';

/** Ten days of invoices, and before them what `over` says. */
function worked(over: Call[] = []) {
  const run = createRun([graveAct]);
  const send = (one: Call, day: number) =>
    run.send({ at: MONDAY + day * DAY, ...one }).alerts.filter(({ stage }) => stage === 'open');
  const early = over.flatMap((one) => send(one, 0));
  for (let i = 0; i < 100; i += 1) early.push(...send(call('invoice_post', { vendor: `V${i}`, amount: i }), i / 10));
  return { early, later: (one: Call) => send(one, 12) };
}

describe('money that goes to another account', () => {
  it.each<[Call]>([
    [call('vendor_change_bank', { vendor: 'V51189', iban })],
    [call('update_supplier', { supplier_id: 7, bank_account_number: '44012277', name: 'Acme' })],
    [call('setEmployeeDirectDeposit', { employee: 'E4', routing_number: '021000021', account_number: '12345678' })],
    [call('lieferant_aendern', { kreditor: 'K-12', iban })],
    [call('update_payout_account', { merchant: 'm_1', destination: 'ba_1' }, 'stripe')],
  ])('is told of an agent that never changed one: %j', (one) => {
    expect(worked().later(one)).toMatchObject([{ reason: 'redirects_money', severity: 'medium' }]);
  });
  it.each<[Call]>([
    [call('create_payment', { creditor: 'Acme', iban, amount: 100 })],
    [call('validate_iban', { iban })],
    [call('update_supplier', { supplier_id: 7, phone: '+49 40 1234' })],
    [call('get_bank_details', { vendor: 'V1' })],
    [call('update_payout_schedule', { merchant: 'm_1', interval: 'weekly' }, 'stripe')],
    [call('update_invoice', { vendor: 'V1', account_number: '4400' })],
    [call('update_partner_notes', { partner: 'P1', text: 'new bank: see mail' }, 'crm')],
  ])('is not what %j does', (one) => {
    expect(worked().later(one)).toEqual([]);
  });
  it('is low of an agent whose work it is', () => {
    const { early, later } = worked([call('vendor_change_bank', { vendor: 'V1', iban })]);
    expect(early).toMatchObject([{ severity: 'low' }]);
    expect(later(call('vendor_change_bank', { vendor: 'V2', iban }))).toEqual([]);
  });
  it('is read of what it is given, shown cut', () => {
    const args = { vendor: 'V1', iban, note: 'x'.repeat(400) };
    const shown = shownBy({ server: 'erp', tool: 'vendor_change_bank', args });
    expect(shown!.shows.length).toBeLessThan(130);
  });
});
