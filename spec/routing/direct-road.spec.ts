import { describe, expect, it } from '@jest/globals';
import { NEVER, concat, map, mergeMap, of, throwError, timer, type Observable } from 'rxjs';
import { MarketDataError, type Attempt, type ErrorCode } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { DataRequest } from '../../src/model/request.js';
import { DIRECT, directRoad } from '../../src/routing/direct-road.js';
import type { Routed } from '../../src/routing/router.js';
import type { Connection } from '../../src/sources/source.js';
import { candle, ticker, trade } from '../events.js';
import { marbles } from '../marbles.js';
import { request } from '../requests.js';
import { scriptedSource, type Script } from '../scripted-source.js';

const error = (code: ErrorCode = 'HTTP_FAILED'): MarketDataError =>
  new MarketDataError('it broke', { code, retryable: code === 'HTTP_FAILED' });
const fails = (code?: ErrorCode): Observable<never> => timer(1).pipe(mergeMap(() => throwError(() => error(code))));
const after = (ms: number, ...events: readonly MarketEvent[]): Observable<readonly MarketEvent[]> =>
  timer(ms).pipe(map(() => events));

/** A source that writes down what it is asked. */
const asked = (script: Script) => {
  const calls: string[] = [];
  const noted = (what: string, then?: (request: DataRequest) => Observable<readonly MarketEvent[]>) => ({
    [what]: (wanted: DataRequest) => {
      calls.push(`${what} ${wanted.markets.join('+')}`);
      return then?.(wanted) ?? fails();
    },
  });
  const source = scriptedSource({
    ...script,
    ...noted('fetch', script.fetch),
    ...noted('snapshot', script.snapshot),
    connect: () => {
      calls.push('connect');
      return script.connect?.() ?? fails('SOCKET_LOST');
    },
  });
  return { road: directRoad({ source }), calls };
};

const socket = (events$: Observable<MarketEvent>): Observable<Connection> =>
  concat(timer(2).pipe(map(() => ({ watch: () => events$ }))), NEVER);

const settled = (routed$: Observable<Routed>): { answer?: Routed; error?: unknown } => {
  const result: { answer?: Routed; error?: unknown } = {};
  routed$.subscribe({ next: (answer) => (result.answer = answer), error: (cause: unknown) => (result.error = cause) });
  return result;
};

describe('directRoad', () => {
  it(
    'asks for many markets in one call, and says where the answer comes from',
    marbles(({ flush }) => {
      const events = (['KRW-ETH', 'KRW-BTC'] as const).map((market) =>
        ticker({ market, tier: 'batch-snapshot', origin: 'rest' }),
      );
      const { road, calls } = asked({ snapshot: () => after(3, ...events) });
      const result = settled(road.fetch(request({ markets: ['KRW-BTC', 'KRW-ETH'] })));
      flush();
      expect(calls).toEqual(['snapshot KRW-BTC+KRW-ETH']);
      expect(result.answer?.events).toEqual(events.toReversed());
      expect(result.answer).toMatchObject({
        ranking: [],
        trust: DIRECT,
        attempts: [{ tier: 'direct-rest', outcome: 'answered', reason: DIRECT, elapsed: 8 }],
      });
    }),
  );

  it.each([
    ['a history', request({ channel: 'candle', count: 200 }), candle({ tier: 'cold-rest' })],
    ['the latest trade', request({ channel: 'trade' }), trade({ tier: 'cold-rest' })],
  ])('asks for %s by a call of its own', (_, wanted, event) => {
    marbles(({ flush }) => {
      const { road, calls } = asked({ fetch: () => after(3, event) });
      const result = settled(road.fetch(wanted));
      flush();
      expect(calls).toEqual(['fetch KRW-BTC']);
      expect(result.answer?.events).toEqual([event]);
    })();
  });

  it(
    'makes one call of equal requests under way, and of tickers asked for together',
    marbles(({ flush }) => {
      const { road, calls } = asked({
        snapshot: ({ markets }) => after(3, ...markets.map((market) => ticker({ market }))),
        fetch: () => after(3, trade()),
      });
      const markets = ['KRW-BTC', 'KRW-ETH', 'KRW-BTC'] as const;
      const results = [
        ...markets.map((market) => settled(road.fetch(request({ markets: [market] })))),
        ...markets.map(() => settled(road.fetch(request({ channel: 'trade' })))),
      ];
      flush();
      expect(calls).toEqual(['fetch KRW-BTC', 'snapshot KRW-BTC+KRW-ETH']);
      expect(results.every(({ answer }) => answer !== undefined)).toBe(true);
    }),
  );

  it(
    'goes by a plain socket where REST fails, one for all who ask together, and closes it',
    marbles(({ cold, flush, expectSubscriptions }) => {
      const events = cold<MarketEvent>('--a', { a: ticker({ tier: 'live-subscription' }) });
      const connection = cold<Connection>('-o', { o: { watch: () => events } });
      const { road, calls } = asked({ connect: () => connection });
      const results = [0, 1].map(() => settled(road.fetch(request())));
      flush();
      expect(calls).toEqual(['snapshot KRW-BTC', 'connect']);
      for (const { answer } of results) {
        expect(answer?.events).toEqual([ticker({ tier: 'live-subscription' })]);
        expect(answer?.attempts).toMatchObject([
          { tier: 'direct-rest', outcome: 'failed', elapsed: 6, error: { code: 'HTTP_FAILED' } },
          { tier: 'direct-socket', outcome: 'answered', elapsed: 3 },
        ]);
      }
      expectSubscriptions(connection.subscriptions).toBe('------^--!');
    }),
  );

  it.each([
    ['rest', ['snapshot KRW-BTC'], 'direct-rest'],
    ['websocket', ['connect'], 'direct-socket'],
  ] as const)('keeps to %s where the caller asked for that only', (via, expected, tier) => {
    marbles(({ flush }) => {
      const { road, calls } = asked({});
      const result = settled(road.fetch(request({ via })));
      flush();
      expect(calls).toEqual(expected);
      expect(result.error).toMatchObject({ code: 'ALL_TIERS_FAILED', attempts: [{ tier, outcome: 'failed' }] });
    })();
  });

  it(
    'lists all attempts, those before it too, when nothing helps',
    marbles(({ flush }) => {
      const before: Attempt = { tier: 'cold-rest', outcome: 'failed', reason: 'it broke', elapsed: 9, error: error() };
      const { road } = asked({});
      const result = settled(road.fetch(request(), [before]));
      flush();
      expect(result.error).toMatchObject({
        code: 'ALL_TIERS_FAILED',
        retryable: true,
        message:
          'no tier could serve ticker of KRW-BTC: cold-rest: it broke (9 ms); direct-rest: it broke (6 ms); direct-socket: it broke (1 ms)',
        attempts: [before, { tier: 'direct-rest' }, { tier: 'direct-socket', error: { code: 'SOCKET_LOST' } }],
      });
    }),
  );

  it.each([
    [5_000, 9_000, 5_000],
    [5_000, undefined, undefined],
  ])(
    'says when to come back where all ways are closed for a time: REST %s ms, socket %s ms',
    (rest, socketWait, wait) => {
      marbles(({ flush }) => {
        const blocked = (retryAfter: number | undefined): Observable<never> =>
          throwError(
            () => new MarketDataError('blocked', { code: 'BLOCKED', retryable: true, details: { retryAfter } }),
          );
        const { road } = asked({ snapshot: () => blocked(rest), connect: () => blocked(socketWait) });
        const before: Attempt = {
          tier: 'cold-rest',
          outcome: 'failed',
          reason: 'it broke',
          elapsed: 9,
          error: error(),
        };
        const result = settled(road.fetch(request(), [before]));
        flush();
        expect(result.error instanceof MarketDataError && result.error.details['retryAfter']).toBe(wait);
      })();
    },
  );

  it(
    'stops at a failure that lies in the request',
    marbles(({ flush }) => {
      const { road, calls } = asked({ snapshot: () => fails('UNKNOWN_MARKET') });
      const result = settled(road.fetch(request()));
      flush();
      expect(calls).toEqual(['snapshot KRW-BTC']);
      expect(result.error).toMatchObject({ retryable: false, attempts: [{ error: { code: 'UNKNOWN_MARKET' } }] });
    }),
  );

  it(
    'takes an answer that lacks a market for none',
    marbles(({ flush }) => {
      const { road } = asked({ snapshot: () => after(1, ticker()), connect: () => socket(of(ticker())) });
      const result = settled(road.fetch(request({ markets: ['KRW-BTC', 'KRW-ETH'], via: 'rest' })));
      flush();
      expect(result.error).toMatchObject({ attempts: [{ error: { code: 'PARTIAL_ANSWER' } }] });
    }),
  );

  it(
    'waits for nobody for ever',
    marbles(({ flush }) => {
      const { road } = asked({ snapshot: () => NEVER, connect: () => socket(NEVER) });
      const result = settled(road.fetch(request()));
      flush();
      expect(result.error).toMatchObject({
        attempts: [
          { tier: 'direct-rest', elapsed: 10_000, error: { code: 'TIER_TIMEOUT' } },
          { tier: 'direct-socket', elapsed: 10_000, error: { code: 'TIER_TIMEOUT' } },
        ],
      });
    }),
  );

  it(
    'aborts the call when the caller leaves',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const call = cold<readonly MarketEvent[]>('------a');
      const { road } = asked({ fetch: () => call });
      expectObservable(road.fetch(request({ channel: 'trade' })), '^--!').toBe('-');
      expectSubscriptions(call.subscriptions).toBe('^--!');
    }),
  );

  it.each([
    ['a ticker', request(), undefined],
    ['a history of candles', request({ channel: 'candle', count: 5 }), undefined],
    ['a history of tickers', request({ count: 5 }), /history of tickers; a socket has no history/],
    ['a history by socket', request({ channel: 'trade', count: 5, via: 'websocket' }), /websocket only; a socket has/],
  ])('knows whether the exchange can serve %s', (_, wanted, reason) => {
    const { road } = asked({});
    const verdict = road.cannotServe(wanted);
    if (reason === undefined) expect(verdict).toBeUndefined();
    else expect(verdict).toMatch(reason);
  });

  it(
    'says why when no way is open at all, and asks nobody',
    marbles(({ expectObservable, flush }) => {
      const { road, calls } = asked({});
      const result = settled(road.fetch(request({ count: 5 })));
      expectObservable(NEVER, '!').toBe('');
      flush();
      expect(calls).toEqual([]);
      expect(result.error).toMatchObject({ retryable: false, attempts: [] });
      expect(String(result.error)).toContain('none was eligible: the exchange keeps no history of tickers');
    }),
  );
});
