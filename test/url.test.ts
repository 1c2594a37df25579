import { expect, it } from 'vitest';
import { urlOf } from '../schemas/url.ts';

/** From so many calls on an engine takes its own short cut. */
const OFTEN = 50_000;

it.each([
  ['https://bücher.example/x', 'xn--bcher-kva.example'],
  ['https://例え.example', 'xn--r8jz45g.example'],
  ['https://a.example/ü?q=é', 'a.example'],
  ['http://[::1]:80/', '[::1]'],
  ['not an address', undefined],
  ['nicht möglich', undefined],
])('%s is the same address however often it is asked', (text, host) => {
  for (let n = 0; n < OFTEN; n += 1)
    if (urlOf(text)?.hostname !== host) expect(urlOf(text)?.hostname, `${n}`).toBe(host);
});
