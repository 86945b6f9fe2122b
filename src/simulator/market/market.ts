import { createBookMaker, type BookMaker } from './book.js';
import { catalogue, type Instrument } from './catalogue.js';
import { createLedger, type Ledger } from './ledger.js';
import { createSeries, type Series } from './series.js';
import { createTape } from './tape.js';
import { createTickerReader, type TickerReader } from './ticker.js';

/** One traded market with everything that can be asked of it. */
export interface Listing {
  readonly instrument: Instrument;
  readonly series: Series;
  readonly ledger: Ledger;
  readonly books: BookMaker;
  readonly ticker: TickerReader;
}

/** All markets of one simulated exchange. */
export interface Exchange {
  readonly instruments: readonly Instrument[];
  /** The market of a code (upper case); undefined when it is not listed. */
  readonly listing: (code: string) => Listing | undefined;
}

interface MarketSettings {
  readonly seed: number;
  readonly markets: number;
  readonly otherMarkets: number;
  readonly activity: number;
}

/** The markets of a seed. Nothing is computed before it is asked for. */
export const createExchange = ({ seed, markets, otherMarkets, activity }: MarketSettings): Exchange => {
  const tapes = [createTape(seed, 1), createTape(seed, 3)];
  const instruments = catalogue(seed, markets, otherMarkets);
  const byCode = new Map(instruments.map((instrument) => [instrument.code, instrument]));
  const open = new Map<string, Listing>();

  const listing = (code: string): Listing | undefined => {
    const known = open.get(code);
    const instrument = byCode.get(code);
    if (known !== undefined || instrument === undefined) return known;
    const series = createSeries(instrument, seed, activity, tapes);
    const ledger = createLedger(series);
    const books = createBookMaker(ledger, activity);
    const opened = { instrument, series, ledger, books, ticker: createTickerReader(ledger) };
    open.set(code, opened);
    return opened;
  };

  return { instruments, listing };
};
