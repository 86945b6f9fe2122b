import { defer, filter, map, tap, type OperatorFunction } from 'rxjs';
import type { MarketDataError } from '../errors.js';
import type { Blocked } from '../model/signals.js';

/** How long a block is taken to last when the exchange does not say, ms. */
const USUAL = 60_000;

/** Of all errors those that tell of a block, once for each block. */
export const blocks =
  (now: () => number): OperatorFunction<MarketDataError, Blocked> =>
  (source) =>
    defer(() => {
      let until = -Infinity;
      return source.pipe(
        filter(({ code }) => code === 'BLOCKED'),
        map(({ message, details }): Blocked => {
          const left = Number(details['retryAfter'] ?? USUAL);
          return { type: 'blocked', at: now(), until: now() + left, reason: message };
        }),
        filter(({ at }) => at >= until),
        tap((block) => (until = block.until)),
      );
    });
