import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimeScheduler, of, type Observable } from 'rxjs';
import { z } from 'zod';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import { INTERVALS, openTimeOf } from '../../src/model/interval.js';
import type { MarketCode } from '../../src/model/market.js';
import type { Rejection } from '../../src/model/signals.js';
import { ExchangeClock } from '../../src/sources/upbit/exchange-clock.js';
import { UpbitRest } from '../../src/sources/upbit/rest.js';
import { jsonOf, wellFormed, type Pair, type StreamChannel } from '../sources/upbit/arbitrary.js';
import { stamp } from '../sources/upbit/reference.js';
import { count, expectAll, fuzz, must } from './cases.js';
import { changeText, harm } from './mutations.js';
import type { Random } from './random.js';
import { factsOf, type Facts } from './reading.js';
import * as rows from './rest-reading.js';
import { breach } from './rules.js';

const NOW = 1_788_335_181_000;
const DAY = 86_400_000;
const market: MarketCode = 'KRW-BTC';
const ASKED: readonly MarketCode[] = [market, 'KRW-ETH', 'BTC-ETH', 'USDT-XRP'];

type Rows = readonly [string, ...string[]];
const nonEmpty = ([first = '', ...rest]: readonly string[]): Rows => [first, ...rest];

/** Rows of REST made of the messages of the socket, by the names they have there. */
const rowsOf = (channel: StreamChannel, names: Readonly<Record<string, string>>, one: boolean): Rows =>
  nonEmpty(
    fc
      .sample(wellFormed(channel, 'DEFAULT'), { numRuns: 60, seed: 13 })
      .map((pairs) =>
        jsonOf(
          pairs
            .filter(([key]) => key !== 'type' && key !== 'timestamp' + (channel === 'trade' ? '' : '!'))
            .map(([key, json]): Pair => [names[key] ?? key, key === 'code' && one ? `"${market}"` : json]),
        ),
      ),
  );

const MARKETS = nonEmpty([
  '{"market":"KRW-BTC","korean_name":"비트코인","english_name":"Bitcoin"}',
  '{"market":"KRW-ETH","korean_name":"이더리움","english_name":"Ethereum","market_event":{"warning":true,"caution":{"PRICE_FLUCTUATIONS":true,"TRADING_VOLUME_SOARING":false}}}',
  '{"market":"BTC-ETH","english_name":"Ethereum","market_event":{"warning":false}}',
]);

const INSTRUMENTS = nonEmpty([
  '{"market":"KRW-BTC","quote_currency":"KRW","tick_size":"1000","supported_levels":["0","10000","100000"]}',
  '{"market":"USDT-XRP","quote_currency":"USDT","tick_size":"0.0001","supported_levels":["0"]}',
  '{"market":"BTC-ETH","quote_currency":"BTC","tick_size":"0.00000001","supported_levels":[]}',
]);

const bodyOf = (corpus: Rows, random: Random): string => {
  const list = Array.from({ length: random.below(4) }, () =>
    random.chance(0.7) ? random.pick(corpus) : changeText(random.pick(corpus), random),
  );
  return harm(`[${list.join()}]`, random.pick(corpus), random).toString();
};

interface Answer {
  readonly values: readonly object[] | undefined;
  readonly error: unknown;
  readonly rejections: readonly Rejection[];
}

/** Asks a client whose first request is answered with `body`, and any further one with nothing. */
const ask = (body: string, question: (rest: UpbitRest) => Observable<readonly object[]>): Answer => {
  const rejections: Rejection[] = [];
  const scheduler = new VirtualTimeScheduler();
  scheduler.now = () => NOW;
  let sent = 0;
  const rest = new UpbitRest({
    send: () => of({ body: (sent += 1) === 1 ? body : '[]', headers: {} }),
    stamp,
    clock: new ExchangeClock(),
    reject: (rejection) => rejections.push(rejection),
    scheduler,
  });
  let values: readonly object[] | undefined;
  let error: unknown;
  question(rest).subscribe({ next: (list) => (values = list), error: (each: unknown) => (error = each) });
  return { values, error, rejections };
};

const isEvent = (value: object): value is MarketEvent => 'type' in value && 'timestamp' in value;

const checkTold = ({ error, rejections }: Answer): void => {
  must(error === undefined || (error instanceof MarketDataError && error.code === 'BAD_PAYLOAD'), String(error));
  must(error === undefined || rejections.length > 0, 'an error that was not told as a rejection');
  for (const { reason, raw } of rejections) {
    must(reason !== '' && reason.length <= 600, `a reason of ${reason.length} characters`);
    must(raw.length <= 2_000, `${raw.length} characters of text`);
  }
};

/** Facts from the future are not believed of a single answer: a day may be our clock's fault, and no more. */
const isBelievable = ({ timestamp = 0, openTime = 0 }: Facts): boolean =>
  Math.max(Number(timestamp), Number(openTime)) <= NOW + DAY;

/** Rows that stand each for itself: exactly the good ones come, each bad one is told. */
const checkEach = (
  answer: Answer,
  read: ReturnType<typeof rows.readRows>,
  seen: Map<string, number>,
  asked?: readonly string[],
): void => {
  checkTold(answer);
  const { values, rejections } = answer;
  const good = (read ?? []).filter(
    (facts) => facts !== undefined && isBelievable(facts) && (asked?.includes(String(facts['market'])) ?? true),
  );
  const bad = (read?.length ?? 1) - good.length;
  must(rejections.length === bad, `${rejections.length} rejections instead of ${bad}`);
  const fails = bad > 0 && good.length === 0;
  must(fails === (values === undefined), 'an answer without a good row, or none in spite of one');
  const found = values?.map((value) => (isEvent(value) ? factsOf(value) : { ...value }));
  must(fails || isDeepStrictEqual(found, good), `${JSON.stringify(found)} instead of ${JSON.stringify(good)}`);
  count(seen, fails ? 'refused' : bad > 0 ? 'partial' : 'whole');
};

/** Rows of one market's history: all of them come, each once and in order, or none. */
const checkWhole = (
  answer: Answer,
  read: ReturnType<typeof rows.readRows>,
  identity: (facts: Facts) => unknown,
  seen: Map<string, number>,
): void => {
  checkTold(answer);
  const { values, rejections } = answer;
  const good = (read ?? []).flatMap((facts) => (facts?.['market'] === market && isBelievable(facts) ? [facts] : []));
  const fails = read === undefined || good.length < read.length;
  count(seen, fails ? 'refused' : 'whole');
  must(fails === (values === undefined), 'an answer with a bad row, or none in spite of only good ones');
  must(rejections.length === (fails ? 1 : 0), `${rejections.length} rejections`);
  if (fails) return;
  const found = (values ?? []).filter(isEvent).map(factsOf);
  must(
    found.every((facts) => good.some((each) => isDeepStrictEqual(each, facts))),
    'a fact that no row states',
  );
  const ids = found.map(identity);
  must(new Set(ids).size === ids.length, 'a fact told twice');
  must(
    good.map(identity).every((id) => ids.includes(id)),
    'a fact that was left out',
  );
};

const checkRules = ({ values }: Answer): void => {
  for (const value of values ?? []) {
    const broken = isEvent(value) ? breach(value) : undefined;
    must(broken === undefined, `broken rule: ${String(broken)}`);
  }
};

interface Input {
  readonly body: string;
  readonly choice: number;
}

const inputs =
  (corpus: Rows) =>
  (random: Random): Input => ({ body: bodyOf(corpus, random), choice: random.below(INTERVALS.length) });

// A schema that serves one answer only is not worth compiling.
beforeAll(() => void z.config({ jitless: true }));
afterAll(() => void z.config({ jitless: false }));

describe('fuzzed bodies of REST', () => {
  it('of tickers give exactly their good rows', () => {
    const seen = new Map<string, number>();
    fuzz(inputs(rowsOf('ticker', { code: 'market' }, false)), ({ body, choice }) => {
      const answer = ask(body, (rest) => (choice % 2 === 0 ? rest.tickers(ASKED) : rest.tickersOfQuotes(['KRW'])));
      checkEach(answer, rows.readRows(body, rows.tickerRow), seen, choice % 2 === 0 ? ASKED : undefined);
      checkRules(answer);
    });
    expectAll(seen, 'whole', 'partial', 'refused');
  });

  it('of order books give exactly their good rows', () => {
    const seen = new Map<string, number>();
    fuzz(inputs(rowsOf('orderbook', { code: 'market' }, false)), ({ body }) => {
      const answer = ask(body, (rest) => rest.orderbooks(ASKED));
      checkEach(answer, rows.readRows(body, rows.bookRow), seen, ASKED);
      checkRules(answer);
    });
    expectAll(seen, 'whole', 'partial', 'refused');
  });

  it('of markets give exactly their good rows', () => {
    const seen = new Map<string, number>();
    fuzz(inputs(MARKETS), ({ body }) => {
      checkEach(
        ask(body, (rest) => rest.markets(true)),
        rows.readRows(body, rows.marketRow),
        seen,
      );
    });
    expectAll(seen, 'whole', 'partial', 'refused');
  });

  it('of instruments give exactly their good rows', () => {
    const seen = new Map<string, number>();
    fuzz(inputs(INSTRUMENTS), ({ body }) => {
      const answer = ask(body, (rest) => rest.instruments(ASKED));
      checkEach(answer, rows.readRows(body, rows.instrumentRow), seen, ASKED);
      for (const value of answer.values ?? []) {
        must('tickSize' in value && typeof value.tickSize === 'number' && value.tickSize > 0, 'a tick that is none');
      }
    });
    expectAll(seen, 'whole', 'partial', 'refused');
  });

  it('of trades are taken whole or not at all', () => {
    const seen = new Map<string, number>();
    fuzz(inputs(rowsOf('trade', { code: 'market', trade_timestamp: 'timestamp' }, true)), ({ body }) => {
      const read = rows.readRows(body, rows.tradeRow);
      const answer = ask(body, (rest) => rest.trades(market, Math.max(1, read?.length ?? 0)));
      checkWhole(answer, read, (facts) => facts['id'], seen);
      checkRules(answer);
    });
    expectAll(seen, 'whole', 'refused');
  });

  it('of candles are taken whole or not at all, whatever the interval', () => {
    const seen = new Map<string, number>();
    const corpus = rowsOf('candle', { code: 'market' }, true);
    fuzz(inputs(corpus), ({ body, choice }) => {
      const interval = INTERVALS[choice] ?? '1m';
      const aligned = body.replace(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)"/g, (quoted, text: string) => {
        const time = openTimeOf(interval, Date.parse(`${text}Z`));
        return time > 0 ? `"${new Date(time).toISOString().slice(0, 19)}"` : quoted;
      });
      const read = rows.readRows(aligned, rows.candleRow(interval));
      const answer = ask(aligned, (rest) => rest.candles(market, interval, Math.max(1, read?.length ?? 0)));
      checkWhole(answer, read, (facts) => facts['openTime'], seen);
      checkRules(answer);
    });
    expectAll(seen, 'whole', 'refused');
  });
});
