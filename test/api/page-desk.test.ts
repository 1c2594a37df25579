import { describe, expect, it } from 'vitest';
import { alert, browsing, hasBrowser } from './browser.ts';
import { ALERT, TOKENS } from './support.ts';

const POLL_MS = 10_000;

describe.skipIf(!hasBrowser)('working at the page (skipped where there is no chromium)', () => {
  const open = browsing();

  it('keeps what a person opened, typed and stands on while alerts come and go on', async () => {
    const { page, held, trouble } = await open({ still: true });
    const first = page.locator('article', { hasText: 'support-1 read a secret' });
    await first.getByText('Say what it was').click();
    await first.getByLabel('Reason').fill('asked ann');
    const before = [...held.alerts];
    held.alerts.clear();
    held.alerts.set('a3', alert('a3', { title: 'a new one' }));
    for (const [id, known] of before) held.alerts.set(id, known);
    held.alerts.set('a1', alert('a1', { revision: 2, suppressed_count: 4 }));
    await page.clock.runFor(POLL_MS);
    await first.getByText('and 4 more like it').waitFor();
    expect(await page.locator('article h3').allTextContents()).toHaveLength(3);
    expect(await page.locator('article h3').first().textContent()).toBe('a new one');
    expect(await first.getByLabel('Reason').inputValue()).toBe('asked ann');
    expect(await page.evaluate('document.activeElement.value')).toBe('asked ann');
    expect(trouble).toEqual([]);
  });

  it('says that the server is gone, and how old the page is', async () => {
    const { page, held, address } = await open({ still: true });
    await page.locator('article').first().waitFor();
    const asOf = await page.locator('#as-of').textContent();
    expect(asOf).toMatch(/^as of .*(EST|EDT)$/);
    await held.app.close();
    await page.clock.runFor(POLL_MS);
    await page.getByText('Overreach is not reached, and what is shown is old').waitFor();
    expect(await page.locator('#state').textContent()).toBe('not reached');
    expect(await page.locator('#as-of').textContent()).toBe(asOf);
    await page.route(`${address}/v1/**`, (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    );
    await page.clock.runFor(POLL_MS);
    await page.getByText('the answer was 502 Bad Gateway').waitFor();
  });

  it('takes a server that stands still for gone', async () => {
    const { page, address } = await open();
    await page.locator('article').first().waitFor();
    await page.addInitScript(
      'const real = AbortSignal.timeout; AbortSignal.timeout = () => real.call(AbortSignal, 500);',
    );
    await page.route(`${address}/v1/status`, () => {});
    await page.reload();
    await page.locator('#trouble', { hasText: 'no answer within 20 s' }).waitFor();
    expect(await page.locator('#state').textContent()).toBe('not reached');
  });

  it('does not call ready what answers in part', async () => {
    const { page, address } = await open({ still: true });
    await page.locator('article').first().waitFor();
    const said: string[] = [];
    await page.exposeFunction('said', (text: string) => said.push(text));
    await page.evaluate(
      "new MutationObserver(() => said(document.getElementById('state').textContent)).observe(document.getElementById('state'), { childList: true })",
    );
    const json = { error: 'unavailable', detail: 'the store is away', mend: 'send it again' };
    await page.route(`${address}/v1/agents?**`, (route) => route.fulfill({ status: 503, json }));
    await page.clock.runFor(POLL_MS);
    await page.getByText('what is shown may be old: the store is away').waitFor();
    const again = page.waitForResponse('**/v1/agents?**');
    await page.clock.runFor(POLL_MS);
    await again;
    await page.unroute(`${address}/v1/agents?**`);
    await page.clock.runFor(POLL_MS);
    await expect.poll(() => said).toEqual(['in trouble', 'ready, version 1.2.3']);
  });

  it.each(['nope', '%'])('says that there is no alert %s, and leads back to those that are', async (id) => {
    const { page } = await open();
    await page.locator('article').first().waitFor();
    await page.evaluate(`location.hash = '#alert=${id}'`);
    await page.getByText('there is no alert of this id').waitFor();
    expect(await page.locator('#state').textContent()).toBe('ready, version 1.2.3');
    expect(await page.locator('#trouble').isHidden()).toBe(true);
    await page.getByText('All alerts').click();
    await page.locator('article').nth(1).waitFor();
  });

  it('goes from an alert to its agent by an address of its own, and back', async () => {
    const id = 'team/support-1';
    const { page, held, trouble } = await open();
    held.alerts.set('a4', alert('a4', { agent: { id, name: 'support' }, session_id: 's-9', title: 'of a team' }));
    await page.reload();
    await page.getByRole('link', { name: 'of a team' }).click();
    const facts = page.locator('article dl');
    await facts.getByText('s-9').waitFor();
    expect(await facts.textContent()).toContain('alerta4');
    await page.getByRole('link', { name: `${id} (support)` }).click();
    await page.locator('#agent-table').getByRole('link', { name: id }).waitFor();
    await expect.poll(() => page.locator('article').count()).toBe(1);
    expect(new URL(page.url()).hash).toBe('#agent=team%2Fsupport-1');
    expect(await page.locator('#filter-agent').inputValue()).toBe(id);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => page.locator('article').count()).toBe(3);
    expect(await page.locator('#filter-agent').inputValue()).toBe('');
    expect(trouble).toEqual([]);
  });

  it('has more than it shows at first, and says so', async () => {
    const many = Array.from({ length: 2_000 }, (_, at) => ({ agent_id: `agent-${at}` }));
    const { page, held } = await open({
      options: { agents: { list: async (limit) => many.slice(0, limit), one: async () => null } },
    });
    for (let at = 0; at < 120; at += 1) held.alerts.set(`b${at}`, alert(`b${at}`, { title: `alert ${at}` }));
    await page.reload();
    await page.getByText('Only the 200 seen last are here').waitFor();
    expect(await page.locator('#agent-table tbody tr').count()).toBe(200);
    expect(await page.locator('article').count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => page.locator('article').count()).toBe(122);
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('leads from the list to a verdict by the keyboard alone', async () => {
    const { page, held } = await open({ guarded: true });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type(TOKENS.analyst);
    await page.keyboard.press('Enter');
    await page.locator('article').first().waitFor();
    const tabTo = async (name: RegExp) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        if (name.test(String(await page.evaluate('document.activeElement.textContent')))) return;
      }
      throw new Error(`the keyboard does not come to ${name}`);
    };
    await tabTo(/^support-1 read a secret$/);
    await page.keyboard.press('Enter');
    await page.getByText('Rotate the secret.').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('support-1 read a secret');
    await tabTo(/^Acknowledged/);
    await page.keyboard.press('Enter');
    await page.getByText('Kept; the alert is').waitFor();
    expect(held.verdicts).toMatchObject([{ alert_id: 'a1', verdict: 'acknowledged', author: 'analyst' }]);
    await page.goBack();
    await page.locator('article').nth(1).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('support-1 read a secret');
  });

  it('says until when an alert is safe, where a day is given', async () => {
    const { page, held } = await open({ guarded: true });
    await page.locator('#token-value').fill(TOKENS.analyst);
    await page.keyboard.press('Enter');
    await page.getByText('Say what it was').first().click();
    await page.getByLabel('safe until').first().fill('2099-12-01');
    await page.getByRole('button', { name: /^Safe/ }).first().click();
    await page.getByText('Kept; the alert is').waitFor();
    expect(held.verdicts).toMatchObject([{ verdict: 'safe', expires_at: '2099-12-01T23:59:59.999Z' }]);
    await page.getByText('What to do first').first().click();
    await page.getByText(/analyst: safe \(until Dec 1, 2099/).waitFor();
  });

  it('shows the rows of what was asked last, and a long text whole when it is opened', async () => {
    const { page } = await open();
    const answer = (row: string) => ({
      json: { columns: [{ name: 'args', type: 'String' }], rows: [{ args: row }], truncated: false, elapsed_ms: 1 },
    });
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/query', async (route) => {
      const slow = route.request().postData()!.includes('slow');
      if (slow) await gate;
      await route.fulfill(answer(slow ? 'slow' : `${'long '.repeat(40)}end`));
    });
    await page.locator('#sql').fill('SELECT slow');
    await page.keyboard.press('Control+Enter');
    // Nobody waits for it any more: the server hears of that.
    const left = page.waitForEvent('requestfailed');
    await page.locator('#sql').fill('SELECT fast');
    await page.keyboard.press('Control+Enter');
    await page.locator('#query-rows summary').focus();
    expect((await left).postData()).toContain('slow');
    release();
    await page.keyboard.press('Enter');
    await page.getByText('long end').waitFor();
    expect(await page.locator('#query-rows tbody').textContent()).not.toContain('slow');
  });

  it('is not stopped by half of a surrogate pair in an id', async () => {
    const { page, held, trouble } = await open();
    held.alerts.set('a5', { ...ALERT, alert_id: 'a5', agent: { id: 'half \ud800' }, title: 'of a half' });
    await page.reload();
    await page.getByRole('link', { name: 'of a half' }).waitFor();
    expect(trouble).toEqual([]);
  });
});
