import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, defer, of, throwError, type Observable } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { Topic } from '../../src/model/topic.js';
import type { Link } from '../../src/routing/link.js';
import { watchTopic, type WatchOptions } from '../../src/routing/watch.js';
import { ticker, trade } from '../events.js';
import { marbles } from '../marbles.js';

const topic: Topic = { exchange: 'test', channel: 'ticker', market: 'KRW-BTC' };
const live = (timestamp: number) => ticker({ timestamp, tier: 'live-subscription' });
const polled = (timestamp: number) => ticker({ timestamp, tier: 'batch-snapshot' });
const values = { a: live(1), b: live(2), c: live(3), d: live(4), x: polled(1), y: polled(2), z: polled(3) };

const lost = new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });
const connecting: Link = { state: 'connecting' };
const down: Link = { state: 'down', error: lost };
const up = (events$: Observable<MarketEvent>): Link => ({
  state: 'up',
  since: 0,
  connection: { watch: () => events$ },
});

const watch = (options: Partial<WatchOptions>): Observable<MarketEvent> =>
  watchTopic(topic, { link$: NEVER, poll: () => NEVER, patience: 5, onTier: () => undefined, ...options });

describe('watchTopic', () => {
  it(
    'streams live while the connection delivers, and does not poll',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const events = cold('       -a-b-c', values);
      const link$ = hot<Link>('   c-u', { c: connecting, u: up(events) });
      const poll = cold('         x', values);
      const expected = '          ---a-b-c';
      expectObservable(watch({ link$, poll: () => poll }), '^--------!').toBe(expected, values);
      expectSubscriptions(poll.subscriptions).toBe([]);
      expectSubscriptions(events.subscriptions).toBe('--^------!');
    }),
  );

  it(
    'goes on from polling while the connection is down, and comes back',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const before = cold('       -a|', values);
      const after = cold('        --d', values);
      const link$ = hot<Link>('   u--w---v', { u: up(before), w: down, v: up(after) });
      const poll = cold('         -y-z-z', values);
      const pollSubs = '          ---^---!';
      const expected = '          -a--y-z--d';
      expectObservable(watch({ link$, poll: () => poll }), '^---------!').toBe(expected, values);
      expectSubscriptions(poll.subscriptions).toBe(pollSubs);
    }),
  );

  it(
    'keeps one poll going while attempts to reconnect fail',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('   w--w--w', { w: down });
      const poll = cold('         -x----y', values);
      expectObservable(watch({ link$, poll: () => poll }), '^--------!').toBe('-x----y', values);
      expectSubscriptions(poll.subscriptions).toBe('^--------!');
    }),
  );

  it(
    'helps out by polling when an open connection stays silent, until it speaks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const events = cold('       ---------d', values);
      const link$ = hot<Link>('   u', { u: up(events) });
      const poll = cold('         -y-', values);
      const pollSubs = '          -----^---!';
      expectObservable(watch({ link$, poll: () => poll }), '^----------!').toBe('------y--d', values);
      expectSubscriptions(poll.subscriptions).toBe(pollSubs);
    }),
  );

  it(
    'helps out when connecting takes too long',
    marbles(({ cold, hot, expectObservable }) => {
      const link$ = hot<Link>('   c', { c: connecting });
      expectObservable(watch({ link$, poll: () => cold('x', values) }), '^------!').toBe('-----x', values);
    }),
  );

  it(
    'never steps back in time when it returns to the live tier',
    marbles(({ cold, hot, expectObservable }) => {
      const stale = cold('        -bd', values);
      const link$ = hot<Link>('   w--v', { w: down, v: up(stale) });
      const poll = cold('         -z', values);
      expectObservable(watch({ link$, poll: () => poll }), '^-------!').toBe('-z---d', values);
    }),
  );

  it(
    'delivers a trade once, by whichever road it comes first',
    marbles(({ cold, hot, expectObservable }) => {
      const ids = {
        a: trade({ id: '11' }),
        b: trade({ id: '12', tier: 'cold-rest' }),
        c: trade({ id: '12' }),
        d: trade({ id: '13' }),
      };
      const link$ = hot<Link>('   u--w--v', { u: up(cold('a|', ids)), w: down, v: up(cold('-cd', ids)) });
      const poll = cold('         -(ab)', ids);
      expectObservable(watch({ link$, poll: () => poll }), '^--------!').toBe('a---b---d', ids);
    }),
  );

  it(
    'only polls what no socket carries',
    marbles(({ cold, expectObservable }) => {
      expectObservable(watch({ link$: undefined, poll: () => cold('-x--y', values) }), '^-----!').toBe('-x--y', values);
    }),
  );

  it(
    'errors when the exchange refuses the subscription, and when polling fails for good',
    marbles(({ cold, expectObservable }) => {
      const refused = new MarketDataError('no', { code: 'SUBSCRIPTION_REFUSED', retryable: false });
      expectObservable(watch({ link$: throwError(() => refused) })).toBe('#', {}, refused);
      const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });
      expectObservable(watch({ link$: of(down), poll: () => cold('-#', {}, unknown) })).toBe('-#', {}, unknown);
    }),
  );

  it(
    'lets go of connection and poll when nobody listens',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const link$ = hot<Link>('   w', { w: down });
      const poll = cold('         -x-y', values);
      expectObservable(watch({ link$, poll: () => poll }), '^-!').toBe('-x', values);
      expectSubscriptions(link$.subscriptions).toBe('^-!');
      expectSubscriptions(poll.subscriptions).toBe('^-!');
    }),
  );

  it('tells each change of tier once, and the poll whether the stream has begun', () => {
    const changes: string[] = [];
    const begun: boolean[] = [];
    const link$ = new Subject<Link>();
    const events$ = new Subject<MarketEvent>();
    const polls$ = new Subject<MarketEvent>();
    const subscription = watch({
      link$,
      patience: 0,
      onTier: (from, to) => changes.push(`${from ?? 'none'} → ${to}`),
      poll: (hasBegun) =>
        defer(() => {
          begun.push(hasBegun());
          return polls$;
        }),
    }).subscribe();
    link$.next(up(events$));
    events$.next(live(1));
    events$.next(live(2));
    link$.next(down);
    return new Promise<void>((resolve) => setTimeout(resolve, 5)).then(() => {
      polls$.next(polled(3));
      polls$.next(polled(4));
      link$.next(up(events$));
      events$.next(live(5));
      subscription.unsubscribe();
      expect(changes).toEqual([
        'none → live-subscription',
        'live-subscription → batch-snapshot',
        'batch-snapshot → live-subscription',
      ]);
      expect(begun).toEqual([true]);
    });
  });

  it(
    'shares no state between two subscriptions',
    marbles(({ cold, expectObservable }) => {
      const stream$ = watch({ link$: of(up(cold('-a-b', values))) });
      expectObservable(stream$, '^----!').toBe('     -a-b', values);
      expectObservable(stream$, '------^----!').toBe('-------a-b', values);
    }),
  );
});
