/**
 * How surprising it is that something comes once more that came `k` times in `n`: -log10 of its rate, as Krichevsky and
 * Trofimov (1981) estimate it. `taken`: so many times are taken as seen before any was; more than one of what hardly anybody
 * does. Worked example: never in 499 is one in a thousand, 3.
 */
export const rarityOf = (n: number, k = 0, taken = 1): number => Math.log10((n + taken) / (k + 0.5));

/** How surprising it is that something goes on to the n-th time: each more is as likely as that it goes on at all (geometric). */
export const onEnd = (n: number, rate: number): number => -(n - 1) * Math.log10(rate);
