import { describe, expect, it } from '@jest/globals';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import {
  DeclaredGaps,
  MOST_MISSING,
  candlesSince,
  isSequential,
  markOf,
  missingBetween,
  resumeFrom,
  type MissingOptions,
} from '../../src/routing/missing.js';
import { candle, orderbook, ticker, trade } from '../events.js';
import { marbles } from '../marbles.js';

type Told = Parameters<MissingOptions['tell']>[0];

const at = (id: number) => trade({ id: String(id), timestamp: id * 1_000, tier: 'cold-rest' });
const window = (n: number) => candle({ openTime: n * 60_000, timestamp: n * 60_000 + 59_000, tier: 'cold-rest' });
const lost = new MarketDataError('down', { code: 'HTTP_FAILED', retryable: true });

describe('missingBetween trades', () => {
  it(
    'tells everything the exchange knows since the last one, and how much of it was missing',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const [a, b, c, d] = [at(11), at(12), at(13), at(14)];
      const fetch = () => cold<MarketEvent[]>('--(x|)', { x: [a, b, c, d] });
      const missing$ = missingBetween(a, d, { fetch, tell: (signal) => told.push(signal) });
      expectObservable(missing$).toBe('--(abcd|)', { a, b, c, d });
      flush();
      expect(told).toEqual([{ type: 'repaired', after: markOf(a), before: markOf(d), count: 2 }]);
    }),
  );

  it(
    'has nothing to ask when the next one is not later',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const fetch = cold<MarketEvent[]>('-(x|)', { x: [] });
      const options: MissingOptions = { fetch: () => fetch, tell: () => undefined };
      expectObservable(missingBetween(at(11), at(11), options)).toBe('|');
      expectObservable(missingBetween(at(11), at(10), options)).toBe('|');
      // Of one instant, and a smaller id though a larger text.
      const [early, late] = [trade({ id: '99', timestamp: 5 }), trade({ id: '100', timestamp: 5 })];
      expectObservable(missingBetween(late, early, options)).toBe('|');
      expectSubscriptions(fetch.subscriptions).toBe([]);
    }),
  );

  it(
    'tells nothing when nothing was missing',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const [a, b] = [at(11), at(12)];
      const fetch = () => cold<MarketEvent[]>('(x|)', { x: [a, b] });
      expectObservable(missingBetween(a, b, { fetch, tell: (signal) => told.push(signal) })).toBe('(ab|)', { a, b });
      flush();
      expect(told).toEqual([]);
    }),
  );

  it(
    'declares a gap when REST stays behind the socket, and tells what it knows',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const [a, b, d] = [at(11), at(12), at(14)];
      const fetch = () => cold<MarketEvent[]>('(x|)', { x: [a, b] });
      const missing$ = missingBetween(a, d, { fetch, tell: (signal) => told.push(signal) });
      expectObservable(missing$).toBe('4500ms (ab|)', { a, b });
      flush();
      expect(told).toMatchObject([
        { type: 'gap', after: markOf(b), before: markOf(d), reason: 'behind' },
        { type: 'repaired', count: 1 },
      ]);
    }),
  );

  it(
    'declares a gap when the exchange cannot be asked',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const fetch = () => cold<MarketEvent[]>('#', undefined, lost);
      expectObservable(missingBetween(at(11), at(14), { fetch, tell: (signal) => told.push(signal) })).toBe('4500ms |');
      flush();
      expect(told).toEqual([{ type: 'gap', after: markOf(at(11)), before: markOf(at(14)), reason: 'unreachable' }]);
    }),
  );

  it(
    'declares a gap when more is missing than is fetched, and tells the newest part',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const many = Array.from({ length: MOST_MISSING }, (_, i) => at(100_000 + i));
      const fetch = () => cold<MarketEvent[]>('(x|)', { x: many });
      const [last, first] = [at(11), at(100_000 + MOST_MISSING - 1)];
      let count = 0;
      missingBetween(last, first, { fetch, tell: (signal) => told.push(signal) }).subscribe(() => (count += 1));
      expectObservable(cold('|')).toBe('|');
      flush();
      expect(count).toBe(MOST_MISSING);
      expect(told[0]).toEqual({ type: 'gap', after: markOf(last), before: markOf(at(100_000)), reason: 'too-many' });
    }),
  );
});

describe('missingBetween candles', () => {
  it(
    'brings the last window to its end and fills in those between',
    marbles(({ cold, expectObservable, flush }) => {
      const told: Told[] = [];
      const [a, b, c] = [window(1), window(2), window(3)];
      const fetch = () => cold<MarketEvent[]>('-(x|)', { x: [a, b, c] });
      const missing$ = missingBetween(window(1), window(3), { fetch, tell: (signal) => told.push(signal) });
      expectObservable(missing$).toBe('-(abc|)', { a, b, c });
      flush();
      expect(told).toEqual([{ type: 'repaired', after: { time: 60_000 }, before: { time: 180_000 }, count: 1 }]);
    }),
  );

  it(
    'has nothing to ask within the same window',
    marbles(({ expectObservable }) => {
      const fetch = () => {
        throw new Error('asked');
      };
      expectObservable(missingBetween(window(1), window(1), { fetch, tell: () => undefined })).toBe('|');
    }),
  );
});

describe('what to fetch', () => {
  it('goes back two seconds further for trades, and to its own start for a candle', () => {
    expect(resumeFrom(at(11))).toBe(9_000);
    expect(resumeFrom(window(2))).toBe(120_000);
  });

  it('counts the windows there can be by the time a slow answer comes, the forming one included', () => {
    expect(candlesSince('1m', 0, 59_999)).toBe(3);
    expect(candlesSince('1m', 0, 600_000)).toBe(12);
    expect(candlesSince('1m', 0, 1e12)).toBe(MOST_MISSING);
  });

  it('knows which streams can miss something', () => {
    expect([trade(), candle(), ticker(), orderbook()].map(isSequential)).toEqual([true, true, false, false]);
  });
});

describe('DeclaredGaps', () => {
  const at = (time: number, id: string) => trade({ timestamp: time, id });

  it('holds what lies between the ends of a gap, and not the ends', () => {
    const gaps = new DeclaredGaps();
    expect(gaps.hold(at(5, '5'))).toBe(false);
    gaps.add({ after: { time: 2, id: '2' }, before: { time: 5, id: '5' } });
    const held = [at(2, '2'), at(2, '3'), at(3, '9'), at(5, '4'), at(5, '5'), at(6, '6')].map((each) =>
      gaps.hold(each),
    );
    expect(held).toEqual([false, true, true, true, false, false]);
  });

  it('holds those of several gaps, and forgets the oldest of many', () => {
    const gaps = new DeclaredGaps();
    for (let i = 0; i < 40; i += 1) gaps.add({ after: { time: 10 * i }, before: { time: 10 * i + 5 } });
    expect(gaps.hold(at(392, '1'))).toBe(true);
    expect(gaps.hold(at(302, '1'))).toBe(true);
    expect(gaps.hold(at(397, '1'))).toBe(false);
    expect(gaps.hold(at(2, '1'))).toBe(false);
  });
});
