import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { ALERT, type Harness, harness } from './support.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(CHROMIUM);
/** Where pictures of the page are to be left, for a person to look at. */
const PICTURES = process.env.PAGE_PICTURES;

export const EVIL = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';
export const alert = (id: string, more: Partial<Alert>): Alert => ({ ...ALERT, alert_id: id, ...more });

export interface Seen {
  page: Page;
  held: Harness;
  /** What the page complained of. */
  trouble: string[];
  address: string;
  picture(name: string): Promise<void>;
}

interface Wishes {
  guarded?: boolean;
  dark?: boolean;
  /** Time stands still until the test lets it pass. */
  still?: boolean;
  options?: NonNullable<Parameters<typeof harness>[0]>['options'];
}

/** A browser for all tests of a file; each opens the page over two alerts, one of them an attacker's text. */
export function browsing(): (wishes?: Wishes) => Promise<Seen> {
  let browser: Browser;
  let open: Seen[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const { page, held } of open) {
      await page.close();
      await held.close();
    }
    open = [];
  });

  return async ({ guarded = false, dark = false, still = false, options } = {}) => {
    const held = await harness({ guarded, ...(options && { options }) });
    held.alerts.set('a1', alert('a1', {}));
    held.alerts.set(
      'a2',
      alert('a2', {
        title: `deployer called ${EVIL}`,
        summary: `name with \u202e direction, \u3164 filler and ${EVIL}`,
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
    const page = await browser.newPage({
      viewport: { width: 1280, height: 900 },
      colorScheme: dark ? 'dark' : 'light',
      locale: 'en-US',
      timezoneId: 'America/New_York',
    });
    if (still) await page.clock.install();
    const trouble: string[] = [];
    page.on('console', (message) => message.type() === 'error' && trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(error.message));
    const picture = async (name: string) => {
      if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
    };
    const seen = { page, held, trouble, address, picture };
    open.push(seen);
    await page.goto(address);
    return seen;
  };
}
