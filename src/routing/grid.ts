/**
 * The first moment at or after `at` on a grid whose steps are a power of two of at most `coarse` ms. Grids of all steps lie
 * in each other, so that what many topics wait for, each by itself, falls together and is one request.
 */
export const onGrid = (at: number, coarse: number): number => {
  const step = 2 ** Math.floor(Math.log2(Math.max(1, coarse)));
  return Math.ceil(at / step) * step;
};

/** How much longer than wanted one may wait in order to wait together. */
const COMPANY = 0.6;

/** How long to wait from `now` on, ms: `wait`, and so much longer that others wait for the same moment; at most 1.6 times. */
export const together = (now: number, wait: number): number => onGrid(now + wait, COMPANY * wait) - now;

/**
 * How long to wait from `now` on, ms, so that all who do something about `every` ms do it at the same moments: on the grid of
 * the power of two nearest to it. Who is late by more than three quarters of it lets one go by.
 */
export const inStep = (now: number, every: number): number => {
  const step = 2 ** Math.round(Math.log2(Math.max(1, every)));
  return onGrid(now + step / 4, step) - now;
};
