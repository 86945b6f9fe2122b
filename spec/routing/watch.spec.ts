import { describe, expect, it } from '@jest/globals';
import { NEVER, of, throwError, type Observable } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { Topic } from '../../src/model/topic.js';
import type { Link } from '../../src/routing/link.js';
import { watchTopic, type UntoldSignal, type WatchOptions } from '../../src/routing/watch.js';
import { ticker, trade } from '../events.js';
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
const watch = (options: Partial<WatchOptions>): Observable<MarketEvent> =>
  watchTopic(topic, {
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
    'keeps one poll going while attempts to reconnect fail',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('        w--w--w', { w: down });
      const fetch = cold<MarketEvent[]>('-----(x|)', { x: [values.x] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^-------!').toBe('-----x', values);
      expectSubscriptions(fetch.subscriptions).toBe(['^----!', '-------^!']);
    }),
  );

  it(
    'helps out by polling when an open connection stays silent, until it speaks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const events = cold('             -------d', values);
      const link$ = hot<Link>('         u', { u: up(events) });
      const fetch = cold<MarketEvent[]>('-(x|)', { x: [values.y] });
      expectObservable(watch({ link$, fetch: () => fetch }), '^----------!').toBe('------yd', values);
      expectSubscriptions(fetch.subscriptions).toBe('-----^!');
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
      expectObservable(watch({ link$: undefined, fetch }), '^-----!').toBe('-x--y', values);
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
        'a------(xyze)',
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
      expectObservable(watch({ link$, fetch, patience: 9_000 }), '^ 400ms !').toBe('a 305ms (xyz)', all);
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
      expectObservable(watch({ link$, fetch }), '^------!').toBe('-w--(xyz)', all);
      flush();
      expect(asked).toEqual([undefined, '11', '14']);
    }),
  );
});
