import { describe, expect, it } from '@jest/globals';
import { Subscription, retry, take } from 'rxjs';
import { MarketDataError } from '../../../src/errors.js';
import type { MarketEvent } from '../../../src/model/events.js';
import { topicKey, type Topic } from '../../../src/model/topic.js';
import { Routes } from '../../../src/sources/upbit/routes.js';
import { candle, orderbook, ticker, trade } from '../../events.js';

const exchange = 'upbit';
const market = 'KRW-BTC';
const TRADE: Topic = { exchange, channel: 'trade', market };
const levels = (n: number) => Array.from({ length: n }, (_, i) => ({ price: 100 + i, size: 1 }));

describe('Routes', () => {
  it('hands an event to everybody who watches its topic, and to nobody else', () => {
    const routes = new Routes(() => undefined);
    const seen: string[] = [];
    const watch = (name: string, topic: Topic) =>
      routes.watch(topic).subscribe(({ type }) => seen.push(`${name}:${type}`));
    watch('a', TRADE);
    watch('b', { ...TRADE });
    watch('eth', { ...TRADE, market: 'KRW-ETH' });
    watch('ticker', { exchange, channel: 'ticker', market });
    watch('1m', { exchange, channel: 'candle', market, interval: '1m' });
    watch('5m', { exchange, channel: 'candle', market, interval: '5m' });
    expect(routes.dispatch(trade({ market }), 'trade')).toBe(true);
    expect(routes.dispatch(ticker({ market }), 'ticker')).toBe(true);
    expect(routes.dispatch(candle({ market, interval: '5m' }), 'candle.5m')).toBe(true);
    expect(routes.dispatch(candle({ market, interval: '3m' }), 'candle.3m')).toBe(false);
    expect(routes.dispatch(trade({ market: 'KRW-XRP' }), 'trade')).toBe(false);
    expect(seen).toEqual(['a:trade', 'b:trade', 'ticker:ticker', '5m:candle']);
  });

  it('keeps the groupings of a book apart', () => {
    const routes = new Routes(() => undefined);
    const seen: number[] = [];
    routes.watch({ exchange, channel: 'orderbook', market }).subscribe(() => seen.push(0));
    routes.watch({ exchange, channel: 'orderbook', market, level: 1_000 }).subscribe(() => seen.push(1_000));
    routes.asked(0);
    expect(routes.dispatch(orderbook({ market, level: 1_000 }), 'orderbook', 1_000)).toBe(true);
    expect(routes.dispatch(orderbook({ market }), 'orderbook')).toBe(true);
    expect(routes.dispatch(orderbook({ market, level: 5 }), 'orderbook', 5)).toBe(false);
    expect(seen).toEqual([1_000, 0]);
  });

  it('cuts a book to the depth each watcher asked for', () => {
    const routes = new Routes(() => undefined);
    const seen: (readonly [number, number])[] = [];
    const watch = (depth?: number) =>
      routes
        .watch({ exchange, channel: 'orderbook', market, ...(depth === undefined ? {} : { depth }) })
        .subscribe((event) => event.type === 'orderbook' && seen.push([event.bids.length, event.asks.length]));
    for (const depth of [1, 7, 30, undefined]) watch(depth);
    routes.asked(0);
    routes.dispatch(orderbook({ market, bids: levels(15), asks: levels(3) }), 'orderbook');
    expect(seen).toEqual([
      [1, 1],
      [7, 3],
      [15, 3],
      [15, 3],
    ]);
  });

  it('says what is wanted while it is watched', () => {
    let changes = 0;
    const routes = new Routes(() => (changes += 1));
    expect(routes.wanted()).toEqual([]);
    const first = routes.watch(TRADE).subscribe();
    const second = routes.watch(TRADE).subscribe();
    expect([routes.wanted(), changes]).toEqual([[TRADE, TRADE], 2]);
    first.unsubscribe();
    expect([routes.wanted(), changes]).toEqual([[TRADE], 3]);
    second.unsubscribe();
    expect([routes.wanted(), changes]).toEqual([[], 4]);
    expect(routes.dispatch(trade({ market }), 'trade')).toBe(false);
  });

  it('wants nothing before it is subscribed', () => {
    const routes = new Routes(() => {
      throw new Error('nothing changed');
    });
    void routes.watch(TRADE);
    expect(routes.wanted()).toEqual([]);
  });

  it('reaches everybody when somebody leaves or comes while an event goes round', () => {
    const routes = new Routes(() => undefined);
    const seen: string[] = [];
    const join = (): void => {
      routes.watch(TRADE).subscribe(() => seen.push('late'));
    };
    routes
      .watch(TRADE)
      .pipe(take(1))
      .subscribe(() => {
        seen.push('once');
        join();
      });
    routes.watch(TRADE).subscribe(() => seen.push('always'));
    routes.dispatch(trade({ market }), 'trade');
    routes.dispatch(trade({ market }), 'trade');
    expect(seen).toEqual(['once', 'always', 'always', 'late']);
  });

  it('greets who asks for fewer levels of a book that is watched, since the exchange will not', () => {
    const routes = new Routes(() => undefined);
    const book = (depth: number): Topic => ({ exchange, channel: 'orderbook', market, depth });
    const whole = routes.watch(book(30)).subscribe();
    routes.asked(0);
    routes.dispatch(orderbook({ market }), 'orderbook');
    const seen: MarketEvent[] = [];
    const best = routes.watch(book(1)).subscribe((event) => seen.push(event));
    expect(seen).toMatchObject([{ bids: [{ price: 99 }], asks: [{ price: 101 }] }]);
    whole.unsubscribe();
    best.unsubscribe();
    // Nobody watched meanwhile, so what was seen last may be old.
    routes.watch(book(1)).subscribe((event) => seen.push(event));
    expect(seen).toHaveLength(1);
  });

  it('keeps a shallow book from who asked for a deep one, until the exchange sends it', () => {
    const routes = new Routes(() => undefined);
    const seen: string[] = [];
    const watch = (depth: number): void => {
      const topic: Topic = { exchange, channel: 'orderbook', market, depth };
      routes
        .watch(topic)
        .subscribe((event) => event.type === 'orderbook' && seen.push(`${depth}: ${event.bids.length}`));
    };
    const frame = (count: number, receivedAt: number): void => {
      routes.dispatch(orderbook({ market, receivedAt, bids: levels(count), asks: levels(count) }), 'orderbook');
    };
    watch(5);
    routes.asked(0);
    frame(5, 10);
    watch(30);
    frame(5, 20);
    routes.asked(30);
    frame(5, 40);
    frame(30, 50);
    expect(seen).toEqual(['5: 5', '5: 5', '5: 5', '5: 5', '30: 30']);
  });

  it('takes a book for as deep as it gets a second after a deeper one was asked for', () => {
    const routes = new Routes(() => undefined);
    let seen = 0;
    const book = (depth: number): Topic => ({ exchange, channel: 'orderbook', market, depth });
    routes.watch(book(5)).subscribe();
    routes.asked(0);
    routes.dispatch(orderbook({ market, receivedAt: 10 }), 'orderbook');
    routes.watch(book(30)).subscribe(() => (seen += 1));
    routes.asked(20);
    routes.dispatch(orderbook({ market, receivedAt: 1_019 }), 'orderbook');
    expect(seen).toBe(0);
    routes.dispatch(orderbook({ market, receivedAt: 1_020 }), 'orderbook');
    expect(seen).toBe(1);
  });

  it('knows whether a topic has come since the socket was last asked', () => {
    const routes = new Routes(() => undefined);
    expect(routes.joined()).toBe(false);
    const watching = routes.watch(TRADE).subscribe();
    expect(routes.joined()).toBe(true);
    routes.asked(0);
    expect(routes.joined()).toBe(false);
    watching.unsubscribe();
    routes.watch(TRADE).subscribe();
    expect(routes.joined()).toBe(true);
  });

  it('completes at once what the socket does not carry', () => {
    const routes = new Routes(() => {
      throw new Error('nothing changed');
    });
    let completed = false;
    routes
      .watch({ exchange, channel: 'candle', market, interval: '1d' })
      .subscribe({ complete: () => (completed = true) });
    expect(completed).toBe(true);
  });

  it('completes every stream at the end, once', () => {
    const routes = new Routes(() => undefined);
    let completed = 0;
    for (const topic of [TRADE, TRADE, { ...TRADE, market: 'KRW-ETH' } satisfies Topic]) {
      routes.watch(topic).subscribe({ complete: () => (completed += 1) });
    }
    routes.complete();
    routes.complete();
    expect(completed).toBe(3);
    expect(routes.wanted()).toEqual([]);
  });

  it('completes at once what is watched after the end', () => {
    const routes = new Routes(() => undefined);
    routes.complete();
    const events: MarketEvent[] = [];
    let completed = false;
    routes.watch(TRADE).subscribe({ next: (event) => events.push(event), complete: () => (completed = true) });
    expect(completed).toBe(true);
    expect(routes.wanted()).toEqual([]);
  });

  describe('when a frame is lost', () => {
    const lost = new MarketDataError('a frame was lost', { code: 'BAD_PAYLOAD', retryable: true });
    const all: readonly Topic[] = [
      TRADE,
      { ...TRADE, market: 'KRW-ETH' },
      { exchange, channel: 'candle', market, interval: '1m' },
      { exchange, channel: 'candle', market, interval: '5m' },
      { exchange, channel: 'ticker', market },
      { exchange, channel: 'orderbook', market },
      { exchange, channel: 'orderbook', market, level: 1_000 },
    ];
    const states = [
      'ticker/KRW-BTC goes on',
      'orderbook/KRW-BTC/30/0 goes on',
      'orderbook/KRW-BTC/30/1000 goes on',
    ] as const;
    /** The type and the market that the frame names. */
    type Where = readonly [type: string | undefined, market: string | undefined];
    const endedBy = (...where: Where): string[] => {
      const routes = new Routes(() => undefined);
      const ended: string[] = [];
      for (const topic of all) {
        const name = topicKey(topic).replace('upbit/', '');
        const told = (error: unknown): void => {
          expect(error).toBe(lost);
          ended.push(`${name} goes on`);
        };
        routes.watch(topic, told).subscribe({
          error: (error: unknown) => {
            expect(error).toBe(lost);
            ended.push(name);
          },
        });
      }
      routes.lose(lost, ...where);
      return ended;
    };

    it.each<[string, Where, readonly string[]]>([
      ['the one it was about', ['trade', 'KRW-BTC'], ['trade/KRW-BTC']],
      ['the interval it was about', ['candle.5m', 'KRW-BTC'], ['candle/KRW-BTC/5m']],
      ['those of its type, where its market cannot be told', ['trade', undefined], ['trade/KRW-BTC', 'trade/KRW-ETH']],
      [
        'those of its type, where nobody watches such a market',
        ['trade', 'KRW-BCT'],
        ['trade/KRW-BTC', 'trade/KRW-ETH'],
      ],
      [
        'those of its market, where its type cannot be told',
        [undefined, 'KRW-BTC'],
        ['trade/KRW-BTC', 'candle/KRW-BTC/1m', 'candle/KRW-BTC/5m', ...states],
      ],
      [
        'those of its market, where nobody watches such a type',
        ['trabe', 'KRW-BTC'],
        ['trade/KRW-BTC', 'candle/KRW-BTC/1m', 'candle/KRW-BTC/5m', ...states],
      ],
      [
        'all, where nothing can be told',
        [undefined, undefined],
        ['trade/KRW-BTC', 'trade/KRW-ETH', 'candle/KRW-BTC/1m', 'candle/KRW-BTC/5m', ...states],
      ],
      ['tickers, which need no more than the next one', ['ticker', undefined], states.slice(0, 1)],
      ['a book, of whatever grouping', ['orderbook', 'KRW-BTC'], states.slice(1)],
    ])('ends the trades and candles, and tells the states, of %s', (_, where, ended) => {
      expect(endedBy(...where)).toEqual(ended);
    });

    it('no longer wants what has ended, and can be watched anew by who hears of it', () => {
      const routes = new Routes(() => undefined);
      const seen: string[] = [];
      const other = routes.watch(TRADE).subscribe({ error: () => undefined });
      routes
        .watch(TRADE)
        .pipe(retry(1))
        .subscribe(({ type }) => seen.push(type));
      routes.asked(5);
      routes.lose(lost, 'trade', market);
      expect(other.closed).toBe(true);
      expect(routes.wanted()).toEqual([TRADE]);
      // It is to be asked for again.
      expect(routes.joined()).toBe(true);
      routes.dispatch(trade({ market }), 'trade');
      expect(seen).toEqual(['trade']);
    });

    it('ends nobody twice, nor who leaves when another ends', () => {
      const routes = new Routes(() => undefined);
      let ends = 0;
      const leaving = new Subscription();
      routes.watch(TRADE).subscribe({ error: () => leaving.unsubscribe() });
      leaving.add(routes.watch(TRADE).subscribe({ error: () => (ends += 1) }));
      routes.lose(lost);
      routes.lose(lost);
      expect(ends).toBe(0);
      expect(routes.wanted()).toEqual([]);
    });
  });

  it('knows when the exchange was last asked', () => {
    const routes = new Routes(() => undefined);
    expect(routes.lastAsked).toBe(-Infinity);
    routes.asked(7);
    expect(routes.lastAsked).toBe(7);
  });
});
