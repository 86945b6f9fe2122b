import type { MarketEvent } from 'market-data-backbone';
import type { MarketTruth } from 'market-data-backbone/simulator';
import { nameOf, type Watched } from '../run/recording.js';
import type { Violation } from './violation.js';

type Truth = Pick<MarketTruth, 'trades' | 'book'>;

/** The last price before an instant is looked for this far back, ms. */
const FAR = 600_000;

const lastPrice = (truth: Truth, market: string, at: number): number | undefined => {
  const before = truth.trades(market, at - 10_000, at + 1).at(-1) ?? truth.trades(market, at - FAR, at + 1).at(-1);
  return before === undefined ? undefined : Number(before.price);
};

/** What the exchange's state at the event's own time was, as far as the event says something else. */
const contradiction = (event: MarketEvent, truth: Truth): string | undefined => {
  switch (event.type) {
    case 'ticker': {
      const price = lastPrice(truth, event.market, event.timestamp);
      return price === undefined || price === event.price ? undefined : `price ${event.price}, in truth ${price}`;
    }
    case 'orderbook': {
      const book = truth.book(event.market, event.timestamp);
      const [ask, bid] = [Number(book?.asks[0]?.price), Number(book?.bids[0]?.price)];
      if (event.asks[0]?.price === ask && event.bids[0]?.price === bid) return undefined;
      return `best ${String(event.bids[0]?.price)} and ${String(event.asks[0]?.price)}, in truth ${bid} and ${ask}`;
    }
    default:
      return undefined;
  }
};

/** Tickers and order books never step back in time, and say what the exchange said at their time. */
export const judgeStates = (topic: Watched, truth: Truth): Violation[] => {
  if (topic.channel !== 'ticker' && topic.channel !== 'orderbook') return [];
  let newest = -Infinity;
  return topic.sightings.flatMap(({ at, event }) => {
    const found: Violation[] = [];
    const tell = (rule: string, what: string): void => {
      found.push({ rule, at, what: `${nameOf(topic)} by ${event.tier}: ${what}` });
    };
    if (event.timestamp < newest) tell('back in time', `${newest - event.timestamp} ms older than the one before`);
    newest = Math.max(newest, event.timestamp);
    const wrong = contradiction(event, truth);
    if (wrong !== undefined) tell('invented', wrong);
    return found;
  });
};
