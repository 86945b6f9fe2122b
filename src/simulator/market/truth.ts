import type { Book as StepBook, Level } from './book.js';
import { candlesBefore, type Candle as StepCandle } from './candles.js';
import type { Listing, Exchange } from './market.js';
import { sequenceOf } from './trade.js';
import { priceOf, turnoverOf, volumeOf } from './units.js';
import { windowsNamed } from './windows.js';

/** A trade in plain decimal texts, exact. */
export interface TrueTrade {
  readonly id: string;
  readonly time: number;
  readonly price: string;
  readonly volume: string;
  /** The taker's side. */
  readonly side: 'buy' | 'sell';
}

/** A candle in plain decimal texts, exact. */
export interface TrueCandle {
  readonly start: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly turnover: string;
  readonly trades: number;
}

export interface TrueLevel {
  readonly price: string;
  readonly size: string;
}

/** An order book in plain decimal texts, best first. */
export interface TrueBook {
  readonly changedAt: number;
  readonly asks: readonly TrueLevel[];
  readonly bids: readonly TrueLevel[];
}

/**
 * What really happens on the simulated market, whatever faults a client sees. Times are ms UTC; a time past the
 * simulator's clock tells what is going to happen, so give the clock's time plus 1 as the end of "so far".
 */
export interface MarketTruth {
  /** The codes of all markets. */
  readonly markets: readonly string[];
  /** The trades of [from, until), oldest first. */
  readonly trades: (market: string, from: number, until: number) => readonly TrueTrade[];
  /**
   * Up to `count` candles that start before `to`, newest first, made of the trades before `to`. `interval` is `1s`,
   * `1m` … `240m`, `1d`, `1w`, `1M` or `1y`.
   */
  readonly candles: (market: string, interval: string, to: number, count: number) => Promise<readonly TrueCandle[]>;
  /** The order book at a time; undefined before the first trade. */
  readonly book: (market: string, at: number) => TrueBook | undefined;
}

const trueCandle = ({ series }: Listing, { start, tally }: StepCandle): TrueCandle => ({
  start,
  open: priceOf(series, tally.open).toString(),
  high: priceOf(series, tally.high).toString(),
  low: priceOf(series, tally.low).toString(),
  close: priceOf(series, tally.close).toString(),
  volume: volumeOf(series, tally.volume).toString(),
  turnover: turnoverOf(series, tally.turnover).toString(),
  trades: tally.count,
});

const trueBook = ({ series }: Listing, book: StepBook): TrueBook => {
  const level = ({ price, size }: Level): TrueLevel => ({
    price: priceOf(series, price).toString(),
    size: volumeOf(series, size).toString(),
  });
  return { changedAt: book.changedAt, asks: book.asks.map(level), bids: book.bids.map(level) };
};

/** The truth about an exchange. */
export const createTruth = (exchange: Exchange): MarketTruth => {
  const listed = (market: string): Listing => {
    const listing = exchange.listing(market);
    if (listing === undefined) throw new RangeError(`there is no market ${market}`);
    return listing;
  };
  return {
    markets: exchange.instruments.map(({ code }) => code),
    trades: (market, from, until) => {
      const { ledger, series } = listed(market);
      return ledger.trades(from, until).map((trade) => ({
        id: sequenceOf(trade),
        time: trade.time,
        price: priceOf(series, trade.price).toString(),
        volume: volumeOf(series, trade.volume).toString(),
        side: trade.buy ? 'buy' : 'sell',
      }));
    },
    candles: async (market, interval, to, count) => {
      const windows = windowsNamed(interval);
      if (windows === undefined) throw new RangeError(`there is no interval ${interval}`);
      const listing = listed(market);
      const candles = await candlesBefore(listing.ledger, windows, { to, count, until: to });
      return candles.map((candle) => trueCandle(listing, candle));
    },
    book: (market, at) => {
      const listing = listed(market);
      const book = listing.books.at(at);
      return book && trueBook(listing, book);
    },
  };
};
