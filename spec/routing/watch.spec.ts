import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable, defer, map, of, switchMap, throwError, timer } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { Candle, MarketEvent, Ticker, Trade } from '../../src/model/events.js';
import type { Interval } from '../../src/model/interval.js';
import type { Topic } from '../../src/model/topic.js';
import type { Link } from '../../src/routing/link.js';
import { TopicRecord } from '../../src/routing/topic-records.js';
import { watchTopic, type UntoldSignal, type WatchOptions } from '../../src/routing/watch.js';
import { candle, orderbook, ticker, trade } from '../events.js';
import { marbles, type Marbles } from '../marbles.js';

const topic: Topic = { exchange: 'test', channel: 'ticker', market: 'KRW-BTC' };
const live = (timestamp: number) => ticker({ timestamp, receivedAt: 0, tier: 'live-subscription' });
const polled = (timestamp: number) => ticker({ timestamp, receivedAt: 0, tier: 'batch-snapshot' });
const values = { a: live(1), b: live(2), c: live(3), d: live(4), x: polled(1), y: polled(2), z: polled(3) };

const lost = new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });
const connecting: Link = { state: 'connecting' };
const down: Link = { state: 'down', error: lost };
const up = (events$: Observable<MarketEvent>): Link => ({
  state: 'up',
  since: 0,
  connection: { watch: () => events$ },
});

const retry = { initial: 2, factor: 2, max: 4, jitter: 0, stableAfter: 1_000 };
const watch = (options: Partial<WatchOptions>, watched: Topic = topic): Observable<MarketEvent> =>
  watchTopic(watched, {
    link$: NEVER,
    fetch: () => NEVER,
    poll: { every: 2, retry, random: () => 0 },
    patience: 5,
    tell: () => undefined,
    ...options,
  });

/** One answer of REST after another, the last one again and again; each takes a frame. */
const answers = (cold: Marbles['cold'], ...lists: MarketEvent[][]) => {
  let asked = -1;
  return () => {
    asked = Math.min(asked + 1, lists.length - 1);
    return cold<MarketEvent[]>('-(x|)', { x: lists[asked] ?? [] });
  };
};

describe('watchTopic', () => {
  it(
    'streams live while the connection delivers, and does not poll',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const events = cold('       -a-b-c', values);
      const link$ = hot<Link>('   c-u', { c: connecting, u: up(events) });
      const fetch = cold<MarketEvent[]>('(x|)', { x: [values.x] });
      const expected = '          ---a-b-c';
      expectObservable(watch({ link$, fetch: () => fetch }), '^--------!').toBe(expected, values);
      expectSubscriptions(fetch.subscriptions).toBe([]);
      expectSubscriptions(events.subscriptions).toBe('--^------!');
    }),
  );

  it(
    'goes on from polling while the connection is down, and comes back',
    marbles(({ cold, hot, expectObservable }) => {
      const before = cold('       -a|', values);
      const after = cold('        --d', values);
      const link$ = hot<Link>('   u--w------v', { u: up(before), w: down, v: up(after) });
      const fetch = answers(cold, [values.y], [values.z]);
      const expected = '          -a--y--z----d';
      expectObservable(watch({ link$, fetch }), '^---------------!').toBe(expected, values);
    }),
  );

  it(
    'is known as far as it was asked for before, once what was found has been told',
    marbles(({ cold, hot, expectObservable, scheduler }) => {
      const record = new TopicRecord();
      const link$ = hot<Link>('   w', { w: down });
      const stream$ = watch({ link$, fetch: answers(cold, [values.x], [values.y], [values.z]), record, scheduler });
      const known = stream$.pipe(map(({ timestamp }) => [timestamp, record.knownUntil]));
      expectObservable(known, '^------!').toBe('-x-y-z', { x: [1, -Infinity], y: [2, -Infinity], z: [3, 0] });
    }),
  );

  it(
    'keeps one poll going while attempts to reconnect fail',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('        w--w--w', { w: down });
      const fetch = cold<MarketEvent[]>('-----(x|)', { x: [values.x] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^-------!').toBe('-----x', values);
      expectSubscriptions(fetch.subscriptions).toBe(['^----!', '------^-!']);
    }),
  );

  it(
    'helps out by polling when an open connection stays silent, until it speaks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const events = hot('              -------d', values);
      const link$ = hot<Link>('         u', { u: up(events) });
      const fetch = cold<MarketEvent[]>('-(x|)', { x: [values.y] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^----------!').toBe('------yd', values);
      expectSubscriptions(fetch.subscriptions).toBe('-----^!');
      expectSubscriptions(events.subscriptions).toBe('^----------!');
    }),
  );

  it(
    'helps out when connecting takes too long',
    marbles(({ cold, hot, expectObservable }) => {
      const link$ = hot<Link>('   c', { c: connecting });
      expectObservable(watch({ link$, fetch: answers(cold, [values.x]) }), '^-------!').toBe('------x', values);
    }),
  );

  it(
    'never steps back in time when it returns to the live tier',
    marbles(({ cold, hot, expectObservable }) => {
      const stale = cold('        -bd', values);
      const link$ = hot<Link>('   w--v', { w: down, v: up(stale) });
      expectObservable(watch({ link$, fetch: answers(cold, [values.z]) }), '^-------!').toBe('-z---d', values);
    }),
  );

  it(
    'only polls what no socket carries',
    marbles(({ cold, expectObservable }) => {
      const fetch = answers(cold, [values.x], [values.y]);
      expectObservable(watch({ link$: undefined, fetch }), '^-----!').toBe('-x-y', values);
    }),
  );

  it(
    'errors when the exchange refuses the subscription, and when polling fails for good',
    marbles(({ cold, expectObservable }) => {
      const refused = new MarketDataError('no', { code: 'SUBSCRIPTION_REFUSED', retryable: false });
      expectObservable(watch({ link$: throwError(() => refused) })).toBe('#', {}, refused);
      const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });
      expectObservable(watch({ link$: of(down), fetch: () => cold('-#', {}, unknown) })).toBe('-#', {}, unknown);
    }),
  );

  it(
    'lets go of connection and poll when nobody listens',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('         w', { w: down });
      const fetch = cold<MarketEvent[]>('---(x|)', { x: [values.x] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^-!').toBe('-', values);
      expectSubscriptions(link$.subscriptions).toBe('^-!');
      expectSubscriptions(fetch.subscriptions).toBe('^-!');
    }),
  );

  it(
    'tells each change of tier once',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const link$ = hot<Link>('   u---w------v', { u: up(cold('ab|', values)), w: down, v: up(cold('-d', values)) });
      const fetch = answers(cold, [values.z]);
      expectObservable(watch({ link$, fetch, tell: (signal) => told.push(signal) }), '^-------------!').toBe(
        'ab---z------d',
        values,
      );
      flush();
      expect(told).toEqual([
        { type: 'tier-change', from: undefined, to: 'live-subscription', reason: 'opened' },
        { type: 'tier-change', from: 'live-subscription', to: 'batch-snapshot', reason: 'connection-down' },
        { type: 'tier-change', from: 'batch-snapshot', to: 'live-subscription', reason: 'returned' },
      ]);
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles(({ cold, expectObservable }) => {
      const stream$ = watch({ link$: of(up(cold('-a-b', values))) });
      expectObservable(stream$, '^----!').toBe('     -a-b', values);
      expectObservable(stream$, '------^----!').toBe('-------a-b', values);
    }),
  );
});

describe('watchTopic with trades', () => {
  const at = (id: number, tier: 'live-subscription' | 'cold-rest' = 'live-subscription') =>
    trade({ id: String(id), timestamp: id * 1_000, receivedAt: 0, tier });
  const live$ = { a: at(11), b: at(12), c: at(13), d: at(14), e: at(15) };
  const rest = { w: at(11, 'cold-rest'), x: at(12, 'cold-rest'), y: at(13, 'cold-rest'), z: at(14, 'cold-rest') };
  const all = { ...live$, ...rest };
  const { w, x, y, z } = rest;

  it(
    'fetches what a break left out and delivers it before what comes live, each trade once',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const link$ = hot<Link>('   u--v', { u: up(cold('a|', all)), v: up(cold('-de', all)) });
      const fetch = () => cold<MarketEvent[]>('---(m|)', { m: [w, x, y, z] });
      // d opens the repair at 4, e comes at 5 and waits; the answer comes at 7.
      expectObservable(watch({ link$, fetch, tell: (signal) => told.push(signal) }), '^---------!').toBe(
        'a------(xyde)',
        all,
      );
      flush();
      expect(told).toContainEqual({
        type: 'repaired',
        after: { time: 11_000, id: '11' },
        before: { time: 14_000, id: '14' },
        count: 2,
      });
      expect(told.filter(({ type }) => type === 'gap')).toEqual([]);
    }),
  );

  it(
    'asks for nothing when nothing was traded meanwhile',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('   u--v', { u: up(cold('a|', all)), v: up(cold('-a-b', all)) });
      const fetch = cold<MarketEvent[]>('(m|)', { m: [] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^---------!').toBe('a-----b', all);
      expectSubscriptions(fetch.subscriptions).toBe([]);
    }),
  );

  it(
    'asks again until REST knows the trade the socket has told',
    marbles(({ cold, hot, expectObservable }) => {
      const link$ = hot<Link>('   u--v', { u: up(cold('a|', all)), v: up(cold('-d', all)) });
      const fetch = answers(cold, [w, x], [w, x, y, z]);
      expectObservable(watch({ link$, fetch, patience: 9_000 }), '^ 400ms !').toBe('a 305ms (xyd)', all);
    }),
  );

  it(
    'declares a gap when the missing part cannot be had, and goes on',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const link$ = hot<Link>('   u--v', { u: up(cold('a|', all)), v: up(cold('-d', all)) });
      const fetch = () => cold<MarketEvent[]>('#', {}, lost);
      // Tries after 300, 600, 900, 1,200 and 1,500 ms more.
      expectObservable(watch({ link$, fetch, tell: (signal) => told.push(signal) }), '^ 5s !').toBe('a 4503ms d', all);
      flush();
      expect(told).toContainEqual({
        type: 'gap',
        after: { time: 11_000, id: '11' },
        before: { time: 14_000, id: '14' },
        reason: 'unreachable',
      });
    }),
  );

  it(
    'goes back from the last trade delivered, however it was delivered',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const asked: (string | undefined)[] = [];
      const link$ = hot<Link>('   w----v', { w: down, v: up(cold('-e', all)) });
      const fetch: WatchOptions['fetch'] = (last) => {
        asked.push(last?.type === 'trade' ? last.id : undefined);
        return cold<MarketEvent[]>('-(m|)', { m: last === undefined ? [w] : [w, x, y, z] });
      };
      expectObservable(watch({ link$, fetch }), '^------!').toBe('-w-(xyz)', all);
      flush();
      expect(asked).toEqual([undefined, '11', '14', '14']);
    }),
  );
});

describe('watchTopic, looking after a silence', () => {
  /** When a stream of which one event is known, at 0, is looked at for the first time, ms. */
  const LOOK = 3_584;
  const GRACE = 300;
  const found = ticker({ timestamp: 2, receivedAt: 0, tier: 'batch-snapshot', price: 200 });
  const later = ticker({ timestamp: 3, receivedAt: 0, tier: 'batch-snapshot', price: 300 });

  /** A live stream that says `first` whenever it is begun, and nothing more. */
  const saysOnce = (cold: Marbles['cold'], first: MarketEvent) => of(up(cold('a', { a: first })));

  it(
    'goes on from polling when REST knows something newer, and tells so, with the reason',
    marbles(({ cold, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const link$ = saysOnce(cold, values.a);
      const fetch = answers(cold, [found], [later]);
      const stream$ = watch({ link$, fetch, tell: (signal) => told.push(signal) });
      // Looked at, found after a frame, nothing within the grace; the poll takes a frame.
      expectObservable(stream$, `^ ${LOOK + GRACE + 2}ms !`).toBe(`a ${LOOK + GRACE}ms fl`, {
        a: values.a,
        f: found,
        l: later,
      });
      flush();
      expect(told).toEqual([
        { type: 'tier-change', from: undefined, to: 'live-subscription', reason: 'opened' },
        { type: 'stale', reason: 'newer-elsewhere', market: 'KRW-BTC', silentFor: LOOK + GRACE + 1 },
        { type: 'tier-change', from: 'live-subscription', to: 'batch-snapshot', reason: 'silent' },
      ]);
    }),
  );

  it(
    'returns to the live stream when that has news of its own again, and tells so once',
    marbles(({ cold, scheduler, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      let begun = 0;
      const at = (timestamp: number) => ticker({ timestamp, receivedAt: scheduler.now(), price: timestamp });
      const connection = {
        watch: () =>
          (begun += 1) === 1
            ? cold('a').pipe(map(() => at(1)))
            : cold('a 2s b 999ms c 999ms d').pipe(map((mark) => at(10 + 'abcd'.indexOf(mark)))),
      };
      const link$ = of<Link>({ state: 'up', since: 0, connection });
      const stream$ = watch({
        link$,
        fetch: answers(cold, [found]),
        poll: { every: 1_000, retry, random: () => 0 },
        tell: (signal) => told.push(signal),
      });
      const seen$ = stream$.pipe(map(({ tier, timestamp }) => `${tier} ${timestamp}`));
      // The first word is the answer to being asked; the second and third are the proof.
      expectObservable(seen$, `^ ${LOOK + 6_000}ms !`).toBe(`a ${LOOK + GRACE}ms f 3000ms c 999ms d`, {
        a: 'live-subscription 1',
        f: 'batch-snapshot 2',
        c: 'live-subscription 12',
        d: 'live-subscription 13',
      });
      flush();
      expect(told.filter(({ type }) => type === 'tier-change')).toEqual([
        { type: 'tier-change', from: undefined, to: 'live-subscription', reason: 'opened' },
        { type: 'tier-change', from: 'live-subscription', to: 'batch-snapshot', reason: 'silent' },
        { type: 'tier-change', from: 'batch-snapshot', to: 'live-subscription', reason: 'returned' },
      ]);
      expect(told.filter(({ type }) => type === 'stale')).toHaveLength(1);
    }),
  );

  it.each<[string, MarketEvent, MarketEvent]>([
    [
      'a ticker of the same trade, with the time of asking on it',
      ticker({ timestamp: 1_000, receivedAt: 0 }),
      ticker({ timestamp: 9_000, tradedAt: 990, tier: 'batch-snapshot' }),
    ],
    [
      'the same book, with the time of asking on it',
      orderbook({ timestamp: 1_000, receivedAt: 0 }),
      orderbook({ timestamp: 9_000, tier: 'batch-snapshot' }),
    ],
    [
      'the same candle, stored later',
      candle({ timestamp: 1_000, receivedAt: 0 }),
      candle({ timestamp: 9_000, tier: 'cold-rest' }),
    ],
    ['the same trade', trade({ receivedAt: 0 }), trade({ tier: 'cold-rest' })],
  ])('takes %s for no news: the market is quiet', (_, event, same) => {
    marbles(({ cold, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const link$ = saysOnce(cold, event);
      const stream$ = watch({ link$, fetch: answers(cold, [same]), tell: (signal) => told.push(signal) });
      expectObservable(stream$, '^ 120s !').toBe('a', { a: event });
      flush();
      expect(told).toEqual([{ type: 'tier-change', from: undefined, to: 'live-subscription', reason: 'opened' }]);
    })();
  });

  it(
    'gives a candle, which comes once a second, the time to come',
    marbles(({ cold, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const first = candle({ timestamp: 1_000, receivedAt: 0 });
      const next = candle({ timestamp: 2_000, receivedAt: LOOK + 1_200, close: 107 });
      const link$ = of(up(cold(`a ${LOOK + 1_199}ms b`, { a: first, b: next })));
      const fetch = answers(cold, [{ ...next, tier: 'cold-rest' }]);
      const candles: Topic = { exchange: 'test', channel: 'candle', market: 'KRW-BTC', interval: '1m' };
      const stream$ = watch({ link$, fetch, tell: (signal) => told.push(signal) }, candles);
      expectObservable(stream$, '^ 8s !').toBe(`a ${LOOK + 1_199}ms b`, { a: first, b: next });
      flush();
      expect(told.filter(({ type }) => type === 'stale')).toEqual([]);
    }),
  );

  it(
    'asks nothing more when what a look has found comes live in time',
    marbles(({ cold, expectObservable, flush }) => {
      let asked = 0;
      const told: UntoldSignal[] = [];
      const [first, next] = [
        trade({ id: '101', receivedAt: 0 }),
        trade({ id: '102', timestamp: 7_000, receivedAt: LOOK }),
      ];
      const stream$ = watch({
        link$: of(up(cold(`a ${LOOK + 99}ms b`, { a: first, b: next }))),
        fetch: () => {
          asked += 1;
          return of<readonly MarketEvent[]>([first, { ...next, tier: 'cold-rest' }]);
        },
        tell: (signal) => told.push(signal),
      });
      expectObservable(stream$, '^ 10s !').toBe(`a ${LOOK + 99}ms b`, { a: first, b: next });
      flush();
      expect(asked).toBe(1);
      expect(told).toHaveLength(1);
    }),
  );

  it(
    'does not ask for the trades of a market whose ticker knows of none since',
    marbles(({ cold, expectObservable, flush }) => {
      const first = trade({ timestamp: 1_000, receivedAt: 0, price: 100, volume: 2 });
      let [asked, fetched] = [0, 0];
      const tickers =
        (...rows: Partial<Ticker>[]) =>
        () => {
          const row = rows[Math.min(asked, rows.length - 1)];
          asked += 1;
          return cold<MarketEvent[]>('-(x|)', { x: [ticker({ timestamp: 9_000, ...row })] });
        };
      const stream$ = watch({
        link$: saysOnce(cold, first),
        fetch: () => ((fetched += 1), of([first])),
        ticker: tickers(
          { tradedAt: 1_000, price: 100, tradeVolume: 2 },
          { tradedAt: 900 },
          // Another trade of the same millisecond, one that came later, and an exchange that does not say.
          { tradedAt: 1_000, price: 101, tradeVolume: 2 },
          { tradedAt: 1_001, price: 100, tradeVolume: 2 },
          {},
        ),
      });
      expectObservable(stream$, '^ 80s !').toBe('a', { a: first });
      flush();
      expect([asked, fetched]).toEqual([5, 3]);
    }),
  );

  it(
    'polls a silent topic more rarely the longer there is no news, and quickly again once there is',
    marbles(({ cold, scheduler, expectObservable, flush }) => {
      const polled: number[] = [];
      let news = found;
      const stream$ = watch({
        link$: saysOnce(cold, values.a),
        fetch: () => (polled.push(scheduler.now()), of([news])),
        poll: { every: 1_000, retry, random: () => 0 },
      });
      cold('30s x').subscribe(() => (news = later));
      expectObservable(stream$, '^ 40s !');
      flush();
      const waits = polled.slice(2).map((at, i) => at - (polled[i + 1] ?? 0));
      // All who poll about as often do it at the same moments.
      const isAbout = (wait: number | undefined, what: number): boolean =>
        wait !== undefined && wait >= 0.5 * what && wait <= 1.25 * what;
      expect(waits.slice(0, 4).map((wait, i) => isAbout(wait, [1_000, 2_000, 4_000, 8_000][i] ?? 0))).toEqual([
        true,
        true,
        true,
        true,
      ]);
      const told = polled.findIndex((at) => at >= 30_000);
      expect(isAbout((polled[told + 1] ?? 0) - (polled[told] ?? 0), 1_000)).toBe(true);
    }),
  );

  it(
    'tells the trades that were missed while it was silent in order, and each once, when the live stream is back',
    marbles(({ scheduler, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const at = (id: number, tier: 'live-subscription' | 'cold-rest' = 'live-subscription') =>
        trade({ id: String(100 + id), timestamp: id * 1_000, receivedAt: scheduler.now(), tier });
      /** The exchange makes a trade a second, and REST knows it at once. */
      const made = (since: number) =>
        Array.from({ length: Math.floor(scheduler.now() / 1_000) }, (_, i) => at(i + 1, 'cold-rest')).filter(
          ({ timestamp }) => timestamp >= since,
        );
      let begun = 0;
      const connection = {
        watch: () => {
          begun += 1;
          const [first, last] = begun === 1 ? [1, 2] : [12, 20];
          return new Observable<MarketEvent>((subscriber) => {
            for (let id = first; id <= last; id += 1) {
              const wait = id * 1_000 + 20 - scheduler.now();
              if (wait > 0) subscriber.add(scheduler.schedule(() => subscriber.next(at(id)), wait));
            }
          });
        },
      };
      const stream$ = watch({
        link$: of<Link>({ state: 'up', since: 0, connection }),
        fetch: (last) => of(made(last === undefined ? -Infinity : last.timestamp - 2_000)),
        poll: { every: 1_000, retry, random: () => 0 },
        patience: 2_000,
        tell: (signal) => told.push(signal),
      });
      const ids: string[] = [];
      expectObservable(stream$.pipe(map((event) => event.type === 'trade' && ids.push(event.id))), '^ 20s !');
      flush();
      expect(ids).toEqual(Array.from({ length: 19 }, (_, i) => String(101 + i)));
      expect(told.filter(({ type }) => type === 'stale')).toHaveLength(1);
      expect(told.filter(({ type }) => type === 'gap')).toEqual([]);
      expect(told.at(-1)).toMatchObject({ type: 'tier-change', to: 'live-subscription', reason: 'returned' });
    }),
  );

  it(
    'puts what a lost frame has told in its place, and counts it as rejected where its market is known',
    marbles(({ cold, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const record = new TopicRecord();
      const at = (id: number, tier: 'live-subscription' | 'cold-rest' = 'live-subscription') =>
        trade({ id: String(100 + id), timestamp: id * 1_000, receivedAt: 0, tier });
      const garbled = (details: Record<string, unknown>) =>
        new MarketDataError('lost', { code: 'BAD_PAYLOAD', retryable: true, details });
      const streams = [
        cold<MarketEvent>('a#', { a: at(1) }, garbled({ market: 'KRW-BTC' })),
        cold<MarketEvent>('c#', { c: at(3) }, garbled({})),
        cold<MarketEvent>('d', { d: at(4) }),
      ];
      const connection = { watch: () => streams.shift() ?? NEVER };
      const rest = [1, 2, 3, 4].map((id) => at(id, 'cold-rest'));
      const stream$ = watch({
        link$: of<Link>({ state: 'up', since: 0, connection }),
        fetch: () => of(rest),
        tell: (signal) => told.push(signal),
        record,
      });
      const ids: string[] = [];
      expectObservable(stream$.pipe(map((event) => event.type === 'trade' && ids.push(event.id))), '^ 1s !');
      flush();
      expect(ids).toEqual(['101', '102', '103', '104']);
      expect(told.filter(({ type }) => type === 'repaired')).toMatchObject([{ count: 1 }]);
      expect(record.rejected).toBe(1);
      const { received, delivered, coalesced, dropped, rejected } = record.ledger();
      expect([delivered, received]).toEqual([4, delivered + coalesced + dropped + rejected]);
    }),
  );

  const rarely = { every: 60_000, retry, random: () => 0 };

  it(
    'tells what lies between the last event and an answer of the exchange that has skipped it',
    marbles(({ cold, expectObservable, flush }) => {
      const at = (id: number, fields: Partial<Trade> = {}) =>
        trade({ id: String(100 + id), timestamp: id * 1_000, receivedAt: 0, ...fields });
      const rest = [1, 2, 3, 4].map((id) => at(id, { tier: 'cold-rest' }));
      let asked = 0;
      const stream$ = watch({
        link$: of(up(cold('a 9ms a 9ms d', { a: at(1, { snapshot: true }), d: at(4, { snapshot: true }) }))),
        fetch: () => ((asked += 1), of(rest)),
        poll: rarely,
      });
      const ids: string[] = [];
      expectObservable(stream$.pipe(map((event) => event.type === 'trade' && ids.push(event.id))), '^ 1s !');
      flush();
      expect(ids).toEqual(['101', '102', '103', '104']);
      // For what was missing, and, since the stream has left that out, for what has come since.
      expect(asked).toBe(2);
    }),
  );

  it.each<[string, Interval, number, number]>([
    ['some before', '1m', 120_000, 2],
    ['one, which may be told yet', '1m', 60_000, 0],
    ['many seconds', '1s', 3_000, 2],
    ['a second, as an answer may', '1s', 1_000, 0],
    ['nothing', '1m', 0, 0],
  ])(
    'asks for the candles that an answer of the exchange has left out when it skipped %s',
    (_, interval, to, times) => {
      marbles(({ cold, expectObservable, flush }) => {
        const at = (openTime: number, fields: Partial<Candle> = {}) =>
          candle({ interval, openTime, timestamp: openTime + 500, receivedAt: 0, ...fields });
        let asked = 0;
        const candles: Topic = { exchange: 'test', channel: 'candle', market: 'KRW-BTC', interval };
        const link$ = of(up(cold('ab', { a: at(0), b: at(to, { timestamp: to + 800, snapshot: true }) })));
        const fetch = () => ((asked += 1), of([at(0, { timestamp: 900, close: 109, tier: 'cold-rest' })]));
        const closes: number[] = [];
        const stream$ = watch({ link$, fetch, poll: rarely }, candles);
        expectObservable(stream$.pipe(map((event) => event.type === 'candle' && closes.push(event.close))), '^ 1s !');
        flush();
        expect([asked, closes]).toEqual([times, times === 0 ? [105, 105] : [105, 109]]);
      })();
    },
  );

  it(
    'does not tell afterwards what it has declared missing',
    marbles(({ cold, hot, expectObservable, flush }) => {
      const told: UntoldSignal[] = [];
      const at = (id: number, tier: 'live-subscription' | 'cold-rest' = 'live-subscription') =>
        trade({ id: String(100 + id), timestamp: id * 500, receivedAt: 0, tier });
      const link$ = hot<Link>('u--v 5s w', {
        u: up(cold('a|', { a: at(1) })),
        v: up(cold('-d', { d: at(3) })),
        w: down,
      });
      let fails = true;
      cold('5002ms x').subscribe(() => (fails = false));
      const fetch = () => (fails ? throwError(() => lost) : of([1, 2, 3, 4].map((id) => at(id, 'cold-rest'))));
      const ids: string[] = [];
      const stream$ = watch({ link$, fetch, tell: (signal) => told.push(signal) });
      expectObservable(stream$.pipe(map((event) => event.type === 'trade' && ids.push(event.id))), '^ 6s !');
      flush();
      expect(told.filter(({ type }) => type === 'gap')).toHaveLength(1);
      expect(ids).toEqual(['101', '103', '104']);
    }),
  );

  it(
    'keeps one call for all that are polled, however they began',
    marbles(({ cold, scheduler, expectObservable, flush }) => {
      const calls = new Set<number>();
      const stream = () =>
        watch({
          link$: of(down),
          fetch: () => defer(() => (calls.add(scheduler.now()), cold<MarketEvent[]>('-(x|)', { x: [] }))),
          poll: { every: 1_000, retry, random: () => 0 },
        });
      for (let i = 0; i < 40; i += 1) expectObservable(timer(i * 23).pipe(switchMap(stream)), '^ 20s !');
      flush();
      const after = [...calls].filter((at) => at > 5_000);
      expect(after.length).toBeLessThanOrEqual(2 * 15);
    }),
  );
});
