import { existsSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { ALERT, type Harness, harness, TOKENS } from './support.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Where pictures of the page are to be left, for a person to look at. */
const PICTURES = process.env.PAGE_PICTURES;
const EVIL = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';
const alert = (id: string, more: Partial<Alert>): Alert => ({ ...ALERT, alert_id: id, ...more });

describe.skipIf(!existsSync(CHROMIUM))('the page (skipped where there is no chromium)', () => {
  let browser: Browser;
  let held: Harness;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await page.close();
    await held.close();
  });

  async function open(guarded = false, dark = false): Promise<void> {
    held = await harness({ guarded });
    held.alerts.set('a1', alert('a1', {}));
    held.alerts.set(
      'a2',
      alert('a2', {
        title: `deployer called ${EVIL}`,
        summary: `name with \u202e direction and ${EVIL}`,
        severity: 'critical',
        agent: { id: EVIL, owner: 'platform team' },
        proof: {
          ...ALERT.proof,
          seen: EVIL,
          expected: 'one of 3 tools, 412 calls',
          contributors: [{ name: EVIL, value: 2 }],
        },
      }),
    );
    const address = await held.app.listen({ host: '127.0.0.1', port: 0 });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
    trouble.length = 0;
    page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    await page.goto(address);
  }
  const picture = async (name: string) => {
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
  };

  it('shows status, alerts with their proof, agents; and runs SQL from the keyboard', async () => {
    await open();
    await page.locator('article').first().waitFor();
    expect(await page.locator('#state').textContent()).toBe('ready, version 1.2.3');
    expect(await page.locator('article h3').allTextContents()).toContain('support-1 read a secret');
    expect(await page.locator('article').first().textContent()).toContain('40 observations over 30 d');
    await page.getByText('What to do first, and the calls that led there').first().click();
    await page.getByText('vault/<b>read</b>').waitFor();
    expect(await page.locator('article').first().textContent()).toContain('Rotate the secret.');
    expect(await page.locator('tr.told').count()).toBe(1);
    await page.getByText('Proof').first().click();
    await page.getByRole('button', { name: 'Open in the SQL box' }).first().click();
    expect(await page.locator('#sql').inputValue()).toBe('SELECT 1');
    await page.keyboard.press('Control+Enter');
    await page.getByText('1 rows in 1 ms').waitFor();
    expect(held.queries.map(({ sql }) => sql)).toEqual(['SELECT 1']);
    expect(await page.locator('#agent-table').textContent()).toContain('support-1');
    await picture('light');
    expect(trouble).toEqual([]);
  });

  it('has an address for each alert, which shows it alone and whole', async () => {
    await open();
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
    await open();
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
    await open(false, true);
    await page.locator('article').first().waitFor();
    expect(await page.title()).toBe('Overreach');
    expect(await page.locator('article img, article script').count()).toBe(0);
    expect(await page.locator('article h3').allTextContents()).toContain(`deployer called ${EVIL}`);
    expect(await page.locator('article').nth(1).textContent()).toContain('\\u{202e}');
    await picture('dark');
    expect(trouble).toEqual([]);
  });

  it('shows what was asked for last, whichever answer comes last', async () => {
    await open();
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
    await open(true);
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
