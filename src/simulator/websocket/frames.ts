import type { Book } from '../market/book.js';
import type { Candle } from '../market/candles.js';
import type { Listing } from '../market/market.js';
import type { Ticker } from '../market/ticker.js';
import type { RawTrade } from '../market/trade.js';
import { createFrame, type Frame } from './frame.js';
import { bookMessage, candleMessage, tickerMessage, tradeMessage, type StreamType } from './messages.js';
import type { Topic } from './requests.js';

export const tickerFrame = (listing: Listing, ticker: Ticker, now: number, stream: StreamType): Frame =>
  createFrame({ type: 'ticker', channel: 'ticker', code: listing.instrument.code, at: now }, () =>
    tickerMessage(listing, ticker, now, stream),
  );

export const tradeFrame = (listing: Listing, trade: RawTrade, now: number, stream: StreamType): Frame =>
  createFrame({ type: 'trade', channel: 'trade', code: listing.instrument.code, at: trade.time }, () =>
    tradeMessage(listing, trade, now, stream),
  );

export const bookFrame = (listing: Listing, book: Book, topic: Topic, stream: StreamType): Frame =>
  createFrame(
    { type: 'orderbook', channel: 'orderbook', code: listing.instrument.code, at: book.changedAt },
    (simple) => bookMessage(listing, book, topic.units, topic.level, stream, simple),
  );

export const candleFrame = (listing: Listing, type: string, candle: Candle, stream: StreamType): Frame =>
  createFrame({ type, channel: 'candle', code: listing.instrument.code, at: candle.start }, () =>
    candleMessage(listing, type, candle, stream),
  );
