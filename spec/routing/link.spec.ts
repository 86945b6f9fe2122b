import { describe, expect, it } from '@jest/globals';
import { NEVER, map } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import { LinkState, keepConnected, type Link } from '../../src/routing/link.js';
import type { BackoffPolicy } from '../../src/routing/backoff.js';
import type { Connection } from '../../src/sources/source.js';
import { marbles } from '../marbles.js';

const reconnect: BackoffPolicy = { initial: 3, factor: 2, max: 10, jitter: 0, stableAfter: 1_000 };
const connection: Connection = { watch: () => NEVER };
const lost = new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });
const refused = new MarketDataError('no', { code: 'SUBSCRIPTION_REFUSED', retryable: false });
const values = { o: connection };
const letter = (link: Link): string => ({ connecting: 'c', up: 'u', down: 'd' })[link.state];

describe('keepConnected', () => {
  it(
    'opens one connection for everybody, and closes it with the last',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  --o', values);
      const link$ = keepConnected(() => source, { reconnect, random: () => 0 }).pipe(map(letter));
      expectObservable(link$, '^-----!').toBe('  c-u');
      expectObservable(link$, '---^-----!').toBe('---u');
      expectSubscriptions(source.subscriptions).toBe('^--------!');
    }),
  );

  it(
    'says that it is down, tries again with backoff, and says that it is up',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -o--#', values, lost);
      const link$ = keepConnected(() => source, { reconnect, random: () => 0 }).pipe(map(letter));
      const expected = '     cu--d---u--d------u';
      const subs = ['        ^---!', '-------^---!', '-----------------^--!'];
      expectObservable(link$, '--------------------!').toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'makes one attempt at a time for all its users',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -#', values, lost);
      const link$ = keepConnected(() => source, { reconnect, random: () => 0 }).pipe(map(letter));
      for (let i = 0; i < 200; i += 1) expectObservable(link$, '^------!').toBe('cd---d');
      expectSubscriptions(source.subscriptions).toBe(['^!', '----^!']);
    }),
  );

  it(
    'errors when the exchange refuses the subscription, and does not try again',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -o-#', values, refused);
      const link$ = keepConnected(() => source, { reconnect }).pipe(map(letter));
      expectObservable(link$).toBe('cu-(d#)', undefined, refused);
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );
});

describe('LinkState', () => {
  it(
    'knows the present state, and since when it covers what was received',
    marbles(({ cold, expectObservable, flush }) => {
      const changes: (string | undefined)[] = [];
      const state = new LinkState();
      state.changes$.subscribe((link) => changes.push(link?.state));
      const link$ = keepConnected(() => cold('-----o---#', values, lost), { reconnect, state, random: () => 0 });
      const covered: boolean[] = [];
      cold('------x----x').subscribe(() => covered.push(state.covers(4), state.covers(5)));
      expectObservable(link$.pipe(map(letter)), '^-----------!').toBe('c----u---d');
      flush();
      expect(covered).toEqual([false, true, false, false]);
      expect(changes).toEqual(['connecting', 'up', 'down', undefined]);
      expect(state.current).toBeUndefined();
    }),
  );

  it('reports a state once, however often it is set', () => {
    const changes: unknown[] = [];
    const state = new LinkState();
    state.changes$.subscribe((link) => changes.push(link?.state));
    state.set({ state: 'down', error: lost });
    state.set({ state: 'down', error: lost });
    state.set(undefined);
    expect(changes).toEqual(['down', undefined]);
  });
});
