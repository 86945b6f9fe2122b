import {
  type Observable,
  catchError,
  defer,
  expand,
  forkJoin,
  map,
  of,
  reduce,
  throwError,
  EMPTY,
  type SchedulerLike,
} from 'rxjs';
import type { z } from 'zod';
import { InvalidRequestError, MarketDataError } from '../../errors.js';
import type { Candle, MarketEvent, Orderbook, Ticker, Trade } from '../../model/events.js';
import { openTimeOf, type Interval } from '../../model/interval.js';
import type { Market, MarketCode } from '../../model/market.js';
import type { Priority } from '../../model/request.js';
import type { Rejection } from '../../model/signals.js';
import type { RestReply, RestRequest } from '../transport/from-rest.js';
import { timeOf, tooEarly, type ExchangeClock } from './exchange-clock.js';
import { CANDLE_PAGE, MARKETS_PER_CALL, TRADE_HISTORY_DAYS, TRADE_PAGE } from './limits.js';
import {
  fromRestCandle,
  fromRestMarket,
  fromRestOrderbook,
  fromRestTicker,
  fromRestTrade,
  type Stamp,
} from './mapper.js';
import * as messages from './messages.js';
import * as requests from './requests.js';

interface RestClientOptions {
  readonly send: (request: RestRequest) => Observable<RestReply>;
  readonly stamp: Stamp;
  /** What is known of the exchange's clock. */
  readonly clock: ExchangeClock;
  readonly reject: (rejection: Rejection) => void;
  readonly scheduler: SchedulerLike;
}

/** How an order book of a market is cut: its tick at the present price and the groupings it offers, quote currency. */
export interface Instrument {
  readonly market: MarketCode;
  readonly quote: string;
  readonly tickSize: number;
  readonly supportedLevels: readonly number[];
}

/** Of which market's history a page is, and whether it is the newest there is. */
interface Asked {
  readonly market: MarketCode;
  readonly isPresent: boolean;
}

const DAY = 86_400_000;

/** Every public quotation endpoint of Upbit, one request per subscription, validated and mapped; lists oldest first. */
export class UpbitRest {
  constructor(private readonly options: RestClientOptions) {}

  /** The same endpoints, asked with another priority than `normal`. */
  at(priority: Priority = 'normal'): UpbitRest {
    const { send, ...options } = this.options;
    return new UpbitRest({ ...options, send: (request) => send({ ...request, priority }) });
  }

  /** `GET /market/all`. With `details`, each market's warning and cautions are included. */
  markets(details = false): Observable<readonly Market[]> {
    return this.each(requests.allMarkets(details), messages.restMarket, fromRestMarket);
  }

  /** `GET /ticker`. One unknown market fails the whole call with `UNKNOWN_MARKET`. */
  tickers(markets: readonly MarketCode[]): Observable<readonly Ticker[]> {
    return inChunks(markets, (chunk) =>
      this.each(requests.tickers(chunk), messages.restTicker, fromRestTicker, timeOf),
    );
  }

  /** `GET /ticker/all`: every market of the given quote currencies, e.g. `['KRW']`. */
  tickersOfQuotes(quotes: readonly string[]): Observable<readonly Ticker[]> {
    return this.each(requests.tickersOfQuotes(quotes), messages.restTicker, fromRestTicker, timeOf);
  }

  /** `GET /orderbook`: up to `depth` levels a side, grouped by `level` (quote currency, 0 for none). */
  orderbooks(markets: readonly MarketCode[], depth = 30, level = 0): Observable<readonly Orderbook[]> {
    return inChunks(markets, (chunk) =>
      this.each(requests.orderbooks(chunk, depth, level), messages.restOrderbook, fromRestOrderbook, timeOf),
    );
  }

  /** `GET /orderbook/instruments`: tick sizes and groupings. */
  instruments(markets: readonly MarketCode[]): Observable<readonly Instrument[]> {
    return this.each(requests.instruments(markets), messages.restInstrument, (row) => ({
      market: row.market,
      quote: row.quote_currency,
      tickSize: Number(row.tick_size),
      supportedLevels: row.supported_levels.map(Number),
    }));
  }

  /** `GET /orderbook/supported_levels`, the older and shorter sibling of `instruments`. */
  supportedLevels(
    markets: readonly MarketCode[],
  ): Observable<readonly { readonly market: MarketCode; readonly supportedLevels: readonly number[] }[]> {
    return this.each(requests.supportedLevels(markets), messages.restSupportedLevels, (row) => ({
      market: row.market,
      supportedLevels: row.supported_levels,
    }));
  }

  /**
   * `GET /candles/…`: the last `count` candles that open before `to` (ms, exclusive), and not before `since` (ms,
   * inclusive), in pages of 200 as needed.
   */
  candles(
    market: MarketCode,
    interval: Interval,
    count: number,
    to?: number,
    since = -Infinity,
  ): Observable<readonly Candle[]> {
    const page = (wanted: number, before?: number): Observable<readonly Candle[]> => {
      const request = requests.candles(market, interval, Math.min(wanted, CANDLE_PAGE), before);
      const read = (row: messages.RestCandle, by: Stamp, at: number): Candle | undefined => {
        const candle = fromRestCandle(row, by, at, interval);
        return openTimeOf(interval, candle.openTime) === candle.openTime ? candle : undefined;
      };
      const asked = { market, isPresent: before === undefined };
      return this.whole(request, messages.restCandle, asked, read).pipe(
        map((rows) => [...rows].sort((a, b) => a.openTime - b.openTime)),
        // A row may stand again at the seam of two pages.
        map((rows) =>
          rows.filter(
            ({ openTime }, i) => openTime !== rows[i - 1]?.openTime && (before === undefined || openTime < before),
          ),
        ),
      );
    };
    return defer(() => page(count, to)).pipe(
      map((candles) => ({ candles, missing: count - candles.length })),
      expand(({ candles, missing }) => {
        const oldest = candles[0];
        if (oldest === undefined || missing <= 0 || oldest.openTime <= since) return EMPTY;
        // A whole page, since some of its rows may be repetitions.
        return page(CANDLE_PAGE, oldest.openTime).pipe(
          map((older) => ({ candles: older, missing: missing - older.length })),
        );
      }),
      reduce((pages: (readonly Candle[])[], { candles }) => [candles, ...pages], []),
      map((pages) =>
        pages
          .flat()
          .filter(({ openTime }) => openTime >= since)
          .slice(-count),
      ),
    );
  }

  /**
   * `GET /trades/ticks`: the last `count` trades before `to` (ms, exclusive), and not before `since` (ms, inclusive), in
   * pages of 500 as needed, back to the start of the exchange's memory of today and 7 UTC days.
   */
  trades(market: MarketCode, count: number, to?: number, since = -Infinity): Observable<readonly Trade[]> {
    return defer(() => {
      const today = Math.floor(this.options.scheduler.now() / DAY);
      const start = to === undefined ? { daysAgo: 0 } : positionBefore(to, today);
      return this.tradePage(market, count, start, to).pipe(
        expand(({ trades, next, missing }) => {
          const oldest = trades[0]?.timestamp ?? Infinity;
          if (next === undefined || missing <= 0 || oldest < since) return EMPTY;
          // The page ends its day, and all of the day before lies before `since`.
          if (next.cursor === undefined && (today - (next.daysAgo ?? 0) + 1) * DAY <= since) return EMPTY;
          return this.tradePage(market, missing, next, to);
        }),
        reduce((pages: (readonly Trade[])[], { trades }) => [trades, ...pages], []),
        map((pages) =>
          distinctIds(pages.flat())
            .filter(({ timestamp }) => timestamp >= since)
            .slice(-count),
        ),
      );
    });
  }

  /** A page, and where the one before it starts. A page that is not full ends its day: ids do not lead across midnight. */
  private tradePage(market: MarketCode, wanted: number, position: requests.TradePosition, to = Infinity) {
    const asked = Math.min(wanted, TRADE_PAGE);
    const request = requests.trades(market, asked, position);
    const isPresent = to === Infinity && position.cursor === undefined && position.daysAgo === 0;
    return this.whole(request, messages.restTrade, { market, isPresent }, fromRestTrade).pipe(
      map((rows) => {
        const { daysAgo = 0 } = position;
        const oldest = rows.at(-1);
        const next: requests.TradePosition | undefined =
          oldest !== undefined && rows.length >= asked
            ? { cursor: oldest.id, daysAgo }
            : daysAgo < TRADE_HISTORY_DAYS
              ? { daysAgo: daysAgo + 1 }
              : undefined;
        const trades = rows.filter(({ timestamp }) => timestamp < to).reverse();
        return { trades, next, missing: wanted - trades.length };
      }),
    );
  }

  /**
   * Rows that stand each for itself: a bad one, one nobody asked for, or one whose time is not believed, is rejected, the
   * others are good.
   */
  private each<Row extends { market: MarketCode }, T>(
    request: RestRequest,
    schema: z.ZodType<Row>,
    read: (row: Row, by: Stamp, receivedAt: number) => T,
    time: (fact: T) => number = () => -Infinity,
  ): Observable<readonly T[]> {
    const asked = marketsOf(request);
    return this.get(request).pipe(
      map(({ rows, at }) => {
        const facts = rows.map((row) => {
          const { data } = schema.safeParse(row);
          const wanted = data !== undefined && (asked === undefined || asked.has(data.market));
          return wanted ? { row, fact: read(data, this.options.stamp, at) } : { row };
        });
        const times = facts.flatMap(({ fact }) => (fact === undefined ? [] : time(fact)));
        const latest = this.options.clock.upTo(times, at);
        const good: T[] = [];
        const errors: MarketDataError[] = [];
        for (const { row, fact } of facts) {
          if (fact !== undefined && time(fact) <= latest) good.push(fact);
          // The thousandth bad row has nothing new to tell.
          else if (errors.length < MOST_REJECTIONS) {
            const wrong = fact === undefined ? wrongWith(schema, row, 'a market asked for') : tooEarly(time(fact), at);
            errors.push(this.reject(request, wrong, textOf(row), at));
          }
        }
        if (errors[0] !== undefined && good.length === 0) throw errors[0];
        return good;
      }),
    );
  }

  /**
   * Rows of one market's history: one that is bad, of another market, or of a time that is not believed, would leave a
   * hole, so it spoils them all.
   */
  private whole<Row extends { market: MarketCode }, T extends MarketEvent>(
    request: RestRequest,
    schema: z.ZodType<Row>,
    { market, isPresent }: Asked,
    read: (row: Row, by: Stamp, receivedAt: number) => T | undefined,
  ): Observable<readonly T[]> {
    return this.get(request).pipe(
      map(({ rows, body, at }) => {
        const facts = rows.map((row, i) => {
          const { data } = schema.safeParse(row);
          const fact = data?.market === market ? read(data, this.options.stamp, at) : undefined;
          if (fact === undefined) throw this.reject(request, `${i}.${wrongWith(schema, row, market)}`, body, at);
          return fact;
        });
        const latest = this.options.clock.upTo(isPresent ? facts.map(timeOf) : [], at);
        for (const [i, fact] of facts.entries())
          if (timeOf(fact) > latest) throw this.reject(request, `${i}: ${tooEarly(timeOf(fact), at)}`, body, at);
        return facts;
      }),
    );
  }

  /** The rows of an answer, unread. Every quotation endpoint answers with a list. */
  private get(request: RestRequest): Observable<{ rows: readonly unknown[]; body: string; at: number }> {
    return defer(() => this.options.send(request)).pipe(
      catchError((error: unknown) =>
        throwError(() => (isUnlisted(request, error) ? unknownMarket(request, error) : error)),
      ),
      map(({ body }) => {
        const at = this.options.scheduler.now();
        const value = parseJson(messages.quoteIds(body));
        if (!Array.isArray(value))
          throw this.reject(request, value === undefined ? 'not JSON' : 'expected a list', body, at);
        return { rows: value as readonly unknown[], body, at };
      }),
    );
  }

  /** Tells of a rejection, and gives it as the error it is to whoever asked. */
  private reject({ path }: RestRequest, wrong: string, text: string, at: number): MarketDataError {
    const { exchange } = this.options.stamp;
    const [reason, raw] = [`${path}: ${wrong}`, messages.excerpt(text, 2_000)];
    this.options.reject({ type: 'rejected', exchange, at, via: 'rest', reason, raw });
    return new MarketDataError(`unusable answer of ${reason}`, {
      code: 'BAD_PAYLOAD',
      retryable: true,
      details: { raw },
    });
  }
}

/** Rejections told of one answer. */
const MOST_REJECTIONS = 1_000;

/** The markets a request names, `undefined` when it names none. */
const marketsOf = ({ query }: RestRequest): ReadonlySet<string> | undefined =>
  query['markets'] === undefined ? undefined : new Set(String(query['markets']).split(','));

const wrongWith = (schema: z.ZodType, row: unknown, market: string): string =>
  messages.explainMismatch(schema, row) ?? `market: expected a row of ${market}, and a time at which a candle can open`;

/** A row as text, however deep it goes. */
const textOf = (row: unknown): string => {
  try {
    return JSON.stringify(row);
  } catch {
    return '(nested too deeply to be written)';
  }
};

/** The position of the trades before an instant, which Upbit takes as a day and a time of day in whole seconds. */
const positionBefore = (to: number, today: number): requests.TradePosition => {
  if (!(Math.abs(to) <= 8.64e15)) throw new InvalidRequestError(`'to' must be a time in ms UTC, not ${to}`, { to });
  const second = Math.ceil(to / 1_000) * 1_000;
  const day = Math.floor((second - 1) / DAY);
  const daysAgo = Math.max(0, today - day);
  if (daysAgo > TRADE_HISTORY_DAYS) {
    throw new InvalidRequestError(
      `trades before ${new Date(to).toISOString()} are gone: the exchange keeps today and ${TRADE_HISTORY_DAYS} days`,
      { to },
    );
  }
  if (second % DAY === 0 || day > today) return { daysAgo };
  return { daysAgo, timeOfDay: new Date(second).toISOString().slice(11, 19) };
};

/** The day may roll over while its pages are read, and the next page then holds some trades again. */
const distinctIds = (trades: readonly Trade[]): readonly Trade[] => [
  ...new Map(trades.map((trade) => [trade.id, trade])).values(),
];

/** 404 is the answer for a market that is not listed, and for an address that is not Upbit's. */
const isUnlisted = ({ query }: RestRequest, error: unknown): error is MarketDataError =>
  error instanceof MarketDataError &&
  error.details['status'] === 404 &&
  (query['market'] !== undefined || query['markets'] !== undefined) &&
  !String(error.details['body']).includes('no Route matched');

const unknownMarket = ({ query }: RestRequest, cause: MarketDataError): MarketDataError => {
  const markets = String(query['market'] ?? query['markets']).split(',');
  const subject = markets.length === 1 ? `market ${markets.join()}` : `one of ${markets.length} markets`;
  return new MarketDataError(`the exchange does not list ${subject}`, {
    code: 'UNKNOWN_MARKET',
    retryable: false,
    details: { markets },
    cause,
  });
};

const inChunks = <T>(
  markets: readonly MarketCode[],
  load: (chunk: readonly MarketCode[]) => Observable<readonly T[]>,
): Observable<readonly T[]> => {
  const chunks = Array.from({ length: Math.ceil(markets.length / MARKETS_PER_CALL) }, (_, i) =>
    load(markets.slice(i * MARKETS_PER_CALL, (i + 1) * MARKETS_PER_CALL)),
  );
  return chunks.length === 0 ? of([]) : forkJoin(chunks).pipe(map((lists) => lists.flat()));
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
