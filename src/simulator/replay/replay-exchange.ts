import type { Instrument, Quote } from '../market/catalogue.js';
import type { Exchange } from '../market/market.js';
import { WELL_KNOWN } from '../market/well-known.js';
import type { Capture } from './capture.js';

const QUOTES: readonly Quote[] = ['KRW', 'BTC', 'USDT'];

const instrument = (code: string): Instrument => {
  const [given = '', base = code] = code.split('-');
  const known = WELL_KNOWN.find(([symbol]) => symbol === base);
  return {
    code,
    quote: QUOTES.find((quote) => quote === given) ?? 'KRW',
    base,
    koreanName: known?.[2] ?? base,
    englishName: known?.[1] ?? base,
    price: 0,
    volatility: 0,
    rate: 0,
    turnover: 0,
    listedAt: 0,
    thinSide: undefined,
    warned: false,
  };
};

/**
 * The markets of a capture. They can be listed, and nothing else is known of them: a recording of a socket does not
 * tell what REST would have answered, so every other call gets the 404 of an unknown market.
 */
export const replayExchange = (capture: Capture): Exchange => ({
  instruments: capture.markets.map(instrument),
  listing: () => undefined,
});
