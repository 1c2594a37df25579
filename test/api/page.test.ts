import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { browsing, EVIL, hasBrowser } from './browser.ts';
import { TOKENS } from './support.ts';

describe.skipIf(!hasBrowser)('the page (skipped where there is no chromium)', () => {
  const open = browsing();

  it('shows status, alerts with their proof, agents; and runs SQL from the keyboard', async () => {
    const { page, held, trouble, picture } = await open();
    await page.locator('article').first().waitFor();
    expect(await page.locator('#state').textContent()).toBe('ready, version 1.2.3');
    expect(await page.locator('article h3').allTextContents()).toContain('support-1 read a secret');
    expect(await page.locator('article').first().textContent()).toContain('40 observations over 30 d');
    await page.getByText('What to do first, and the calls that led there').first().click();
    await page.getByText('vault/<b>read</b>').waitFor();
    expect(await page.locator('article').first().textContent()).toContain('Rotate the secret.');
    expect(await page.locator('article').first().textContent()).toContain('Told as well: <i>connection</i> (low)');
    expect(await page.locator('tr.told').count()).toBe(1);
    await page.getByText('Proof').first().click();
    await page.getByRole('button', { name: 'Open in the SQL box' }).first().click();
    expect(await page.locator('#sql').inputValue()).toBe('SELECT 1');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 row in 1 ms').waitFor();
    expect(held.queries.map(({ sql }) => sql)).toEqual(['SELECT 1']);
    expect(await page.locator('#agent-table').textContent()).toContain('support-1');
    await picture('light');
    expect(trouble).toEqual([]);
  });

  it('has an address for each alert, which shows it alone and whole', async () => {
    const { page, trouble, picture } = await open();
    await page.getByRole('link', { name: 'support-1 read a secret' }).click();
    await page.getByText('Rotate the secret.').waitFor();
    expect(await page.locator('article').count()).toBe(1);
    expect(new URL(page.url()).hash).toBe('#alert=a1');
    expect(await page.locator('article details[open]').count()).toBe(3);
    await picture('alert');
    await page.getByText('All alerts').click();
    await page.locator('article').nth(1).waitFor();
    expect(trouble).toEqual([]);
  });

  it('works behind a proxy that gives it a path', async () => {
    const { page, trouble } = await open();
    const { port: behind } = new URL(page.url());
    const proxy = createServer(({ method, headers, url = '' }, answer) => {
      const path = /^\/overreach(\/.*)$/.exec(url)?.[1];
      if (path === undefined) return answer.writeHead(404).end();
      request({ host: '127.0.0.1', port: behind, method, headers, path }, (got) =>
        got.pipe(answer.writeHead(got.statusCode!, got.headers)),
      ).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    try {
      await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/overreach/#alert=a1`);
      await page.getByText('Rotate the secret.').waitFor({ timeout: 10_000 });
      expect(trouble).toEqual([]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it("keeps an attacker's text what it is: text", async () => {
    const { page, trouble, picture } = await open({ dark: true });
    await page.locator('article').first().waitFor();
    expect(await page.title()).toBe('Overreach');
    expect(await page.locator('article img, article script').count()).toBe(0);
    expect(await page.locator('article h3').allTextContents()).toContain(`deployer called ${EVIL}`);
    expect(await page.locator('article').nth(1).textContent()).toContain('\\u{202e} direction, \\u{3164} filler');
    await picture('dark');
    expect(trouble).toEqual([]);
  });

  it('shows what was asked for last, whichever answer comes last', async () => {
    const { page } = await open();
    await page.locator('article').nth(1).waitFor();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/v1/alerts?*', async (route) => {
      await gate;
      await route.continue();
    });
    await page.locator('#alert-filter button').click();
    await page.evaluate("location.hash = '#alert=a1'");
    await expect.poll(() => page.locator('article').count()).toBe(1);
    const late = page.waitForResponse('**/v1/alerts?*');
    release();
    await late;
    await page.waitForTimeout(200);
    expect(await page.locator('article').count()).toBe(1);
  });

  it('asks for a token where one is needed, keeps it for the tab, and says what a verdict lacks', async () => {
    const { page, held, picture } = await open({ guarded: true });
    await page.getByText('a token is needed').first().waitFor();
    await page.locator('#token-value').fill(TOKENS.reader);
    await page.keyboard.press('Enter');
    await page.locator('article').first().waitFor();
    expect(await page.locator('#trouble').isHidden()).toBe(true);
    await page.reload();
    await page.locator('article').first().waitFor();
    await page.getByText('Say what it was').first().click();
    await page
      .getByRole('button', { name: /^Acknowledged/ })
      .first()
      .click();
    await page.getByText('reader has not the role respond').waitFor();
    expect(held.verdicts).toEqual([]);
    await page.setViewportSize({ width: 400, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    await picture('narrow');
  });
});
