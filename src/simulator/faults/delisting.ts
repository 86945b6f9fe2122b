import type { Exchange } from '../market/market.js';
import type { FaultBoard } from './board.js';

/** The exchange as clients see it: without the markets that the `delisted` fault takes away. */
export const withDelistings = (exchange: Exchange, faults: FaultBoard): Exchange => {
  const gone = (market: string): boolean => faults.strike('delisted', { market }) !== undefined;
  return {
    get instruments() {
      return exchange.instruments.filter(({ code }) => !gone(code));
    },
    listing: (code) => (gone(code) ? undefined : exchange.listing(code)),
  };
};
