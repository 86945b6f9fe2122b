import { candleAt, newestCandle, type Candle } from '../market/candles.js';
import type { Book } from '../market/book.js';
import { groupedBook, supportedLevels } from '../market/grouping.js';
import type { Listing } from '../market/market.js';
import { windowsNamed, type Windows } from '../market/windows.js';
import type { Subscriber } from './feed.js';
import type { Frame } from './frame.js';
import { bookFrame, candleFrame, tickerFrame, tradeFrame } from './frames.js';
import type { Topic } from './requests.js';

/** One live topic of one session. */
export interface Subscription {
  readonly session: Subscriber;
  readonly topic: Topic;
  readonly listing: Listing;
  /** Everything that happened before this, ms, has been told. */
  told: number;
  /** A frame that waits for the next one of its topic (a fault). */
  held: Frame | undefined;
  /** The last order book frame sent. */
  previous: Frame | undefined;
}

/** The windows of a candle topic. */
export const windowsOf = (topic: Topic): Windows | undefined => windowsNamed(topic.type.replace('candle.', ''));

/** The book a topic shows; undefined when its level is not offered. */
export const topicBook = ({ books, series }: Listing, { level }: Topic, now: number): Book | undefined => {
  const near = books.at(now);
  if (level === 0 || near === undefined) return near;
  const best = near.asks[0]?.price ?? near.bids[0]?.price ?? 0;
  const offered = supportedLevels(series, best).some((text) => Number(text) === level);
  return offered ? groupedBook(series, books, now, level) : undefined;
};

/** The first frame of a topic: the state of things. Undefined when there is nothing to tell. */
export const snapshotFrame = (listing: Listing, topic: Topic, now: number): Frame | undefined => {
  switch (topic.channel) {
    case 'ticker': {
      const ticker = listing.ticker(now);
      return ticker && tickerFrame(listing, ticker, now, 'SNAPSHOT');
    }
    case 'trade': {
      const trade = listing.ledger.lastBefore(now + 1);
      return trade && tradeFrame(listing, trade, now, 'SNAPSHOT');
    }
    case 'orderbook': {
      const book = topicBook(listing, topic, now);
      return book && bookFrame(listing, book, topic, 'SNAPSHOT');
    }
    case 'candle': {
      const windows = windowsOf(topic);
      const candle = windows && newestCandle(listing.ledger, windows, now + 1);
      return candle && candleFrame(listing, topic.type, candle, 'SNAPSHOT');
    }
  }
};

const MOST_WINDOWS = 120;

/** The candles that trades in [from, until) changed, oldest first. */
export const changedCandles = (listing: Listing, windows: Windows, from: number, until: number): Candle[] => {
  const changed: Candle[] = [];
  let start = windows.startOf(from);
  for (let n = 0; start < until && n < MOST_WINDOWS; n += 1, start = windows.endOf(start)) {
    const end = Math.min(windows.endOf(start), until);
    if (listing.ledger.sum(Math.max(start, from), end) === undefined) continue;
    const candle = candleAt(listing.ledger, windows, start, end);
    if (candle !== undefined) changed.push(candle);
  }
  return changed;
};
