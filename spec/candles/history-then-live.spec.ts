import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, Subject, map, of, throwError, type Observable } from 'rxjs';
import { historyThenLive } from '../../src/candles/history-then-live.js';
import { MarketDataError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';

const MINUTE = 60_000;

/** A candle read from REST. */
const row = (minute: number, volume: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    timestamp: minute * MINUTE + volume,
    volume,
    tier: 'cold-rest',
    state: 'final',
    ...fields,
  });
/** One still forming. */
const forming = (minute: number, volume: number): Candle => row(minute, volume, { state: 'open' });
/** A candle heard live. */
const live = (minute: number, volume: number, fields: Partial<Candle> = {}): Candle =>
  row(minute, volume, { tier: 'live-subscription', state: 'open', ...fields });

type Reread = (since: number) => Observable<readonly Candle[]>;

const noReread: Reread = () => throwError(() => new Error('nothing was to be read again'));
const brief = ({ openTime, volume, tier }: Candle): string =>
  `${openTime / MINUTE} x${volume}${tier === 'cold-rest' ? '' : ' live'}`;

/** A stream driven by hand, and what it has told so far. */
const driven = (reread: Reread = noReread) => {
  const history$ = new Subject<readonly Candle[]>();
  const live$ = new Subject<Candle>();
  const told: string[] = [];
  const errors: unknown[] = [];
  const ends: true[] = [];
  const subscription = historyThenLive({ history$, live$, reread }).subscribe({
    next: (each) => told.push(brief(each)),
    error: (error: unknown) => errors.push(error),
    complete: () => ends.push(true),
  });
  return { history$, live$, told, errors, ends, subscription };
};

describe('historyThenLive', () => {
  it(
    'tells history, then live, which is listened to before history is asked for',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const history$ = cold('--h|', { h: [row(0, 9), forming(1, 3)] });
      const live$ = hot('    -------a-b-c-|', { a: live(1, 3), b: live(1, 4), c: live(2, 1) });
      const expected = '     --(xy)-a-b-c-|';
      const joined$ = historyThenLive({ history$, live$, reread: () => of([row(1, 4)]) }).pipe(map(brief));
      expectObservable(joined$).toBe(expected, {
        x: '0 x9',
        y: '1 x3',
        a: '1 x3 live',
        b: '1 x4 live',
        c: '2 x1 live',
      });
      expectSubscriptions(history$.subscriptions).toBe('^-!');
      expectSubscriptions(live$.subscriptions).toBe('^------------!');
    }),
  );

  it('holds live back while history is awaited, of each window the newest', () => {
    const { history$, live$, told } = driven();
    for (const each of [live(2, 1), live(2, 2), live(3, 1), live(3, 5)]) live$.next(each);
    expect(told).toEqual([]);
    history$.next([row(0, 9), row(1, 9), row(2, 2), forming(3, 3)]);
    expect(told).toEqual(['0 x9', '1 x9', '2 x2', '3 x3', '3 x5 live']);
  });

  it('goes by what is newer when both know a window', () => {
    const { history$, live$, told } = driven();
    live$.next(live(1, 5));
    live$.next(live(2, 1));
    history$.next([row(0, 9), row(1, 8), forming(2, 3)]);
    live$.next(live(2, 2));
    live$.next(live(2, 4));
    expect(told).toEqual(['0 x9', '1 x8', '2 x3', '2 x4 live']);
  });

  it('tells no settled candle twice, and what changes one', () => {
    const { history$, live$, told } = driven();
    history$.next([row(0, 9), row(1, 8)]);
    live$.next(live(1, 8));
    live$.next(live(2, 1));
    live$.next(live(1, 9));
    expect(told).toEqual(['0 x9', '1 x8', '2 x1 live', '1 x9 live']);
  });

  it('has nothing to read again when live follows upon the last settled candle', () => {
    const { history$, live$, told, errors } = driven();
    history$.next([row(0, 9), row(1, 8)]);
    live$.next(live(2, 1));
    expect([told, errors]).toEqual([['0 x9', '1 x8', '2 x1 live'], []]);
  });

  it('reads the seam again when the last candle of history was still forming', () => {
    const asked: number[] = [];
    const reread = (since: number) => {
      asked.push(since);
      return of([row(1, 9), forming(2, 2)]);
    };
    const { history$, live$, told } = driven(reread);
    history$.next([row(0, 9), forming(1, 3)]);
    live$.next(live(2, 1));
    live$.next(live(3, 1));
    expect(asked).toEqual([MINUTE]);
    expect(told).toEqual(['0 x9', '1 x3', '1 x9', '2 x1 live', '3 x1 live']);
  });

  it('reads the seam again when windows lie between, and does without those that had no trade', () => {
    const rows$ = new Subject<readonly Candle[]>();
    const { history$, live$, told } = driven(() => rows$);
    history$.next([row(0, 9)]);
    live$.next(live(4, 1));
    live$.next(live(4, 2));
    live$.next(live(5, 1));
    expect(told).toEqual(['0 x9']);
    rows$.next([row(0, 9), row(2, 7), row(4, 1)]);
    live$.next(live(5, 2));
    expect(told).toEqual(['0 x9', '2 x7', '4 x2 live', '5 x1 live', '5 x2 live']);
  });

  it('reads again what had come live before history, and was too much to be held', () => {
    const asked: number[] = [];
    const { history$, live$, told } = driven((since) => {
      asked.push(since);
      return of([row(1, 1), row(2, 1), row(3, 1), row(4, 1)]);
    });
    for (let minute = 1; minute <= 1_003; minute += 1) live$.next(live(minute, 1));
    history$.next([row(0, 9)]);
    expect(asked).toEqual([0]);
    expect(told.slice(0, 6)).toEqual(['0 x9', '1 x1', '2 x1', '3 x1', '4 x1 live', '5 x1 live']);
    expect(told).toHaveLength(1_004);
  });

  it('tells history at once, however long live says nothing', () => {
    const { history$, told } = driven();
    history$.next([row(0, 9), forming(1, 3)]);
    expect(told).toEqual(['0 x9', '1 x3']);
  });

  it('is live alone when there is no history', () => {
    const { history$, live$, told, errors } = driven();
    live$.next(live(3, 1));
    history$.next([]);
    live$.next(live(4, 1));
    live$.next(live(2, 9));
    expect([told, errors]).toEqual([['3 x1 live', '4 x1 live'], []]);
    expect(driven().told).toEqual([]);
  });

  it('takes a history that completes without a word for none', () => {
    const told: string[] = [];
    historyThenLive({ history$: EMPTY, live$: of(live(3, 1)), reread: noReread }).subscribe((each) =>
      told.push(brief(each)),
    );
    expect(told).toEqual(['3 x1 live']);
  });

  it('fails with a typed error when history does, and lets go of live', () => {
    const { history$, live$, errors } = driven();
    history$.error(new Error('no route'));
    expect(errors[0]).toBeInstanceOf(MarketDataError);
    expect(String(errors[0])).toContain('no route');
    expect(live$.observed).toBe(false);
  });

  it('fails when the seam cannot be read, or live fails', () => {
    const seam = driven(() => throwError(() => new MarketDataError('no', { code: 'HTTP_FAILED', retryable: true })));
    seam.history$.next([forming(0, 9)]);
    seam.live$.next(live(2, 1));
    expect(seam.errors).toMatchObject([{ code: 'HTTP_FAILED' }]);
    const broken = driven();
    broken.live$.error(new MarketDataError('gone', { code: 'UNKNOWN_MARKET', retryable: false }));
    expect(broken.errors).toMatchObject([{ code: 'UNKNOWN_MARKET' }]);
    expect(broken.history$.observed).toBe(false);
  });

  it('completes when live has, and everything has been told', () => {
    const early = driven();
    early.live$.next(live(1, 1));
    early.live$.complete();
    expect(early.ends).toEqual([]);
    early.history$.next([row(0, 9)]);
    expect([early.told, early.ends]).toEqual([['0 x9', '1 x1 live'], [true]]);
    const late = driven();
    late.history$.next([row(0, 9)]);
    late.live$.complete();
    expect(late.ends).toEqual([true]);
  });

  it('lets go of everything when nobody listens', () => {
    const rows$ = new Subject<readonly Candle[]>();
    const { history$, live$, subscription } = driven(() => rows$);
    history$.next([forming(0, 9)]);
    live$.next(live(1, 1));
    expect(rows$.observed).toBe(true);
    subscription.unsubscribe();
    expect([rows$.observed, live$.observed]).toEqual([false, false]);
  });

  it('asks nobody before it is subscribed, and each subscription by itself', () => {
    let asked = 0;
    const history$ = of([row(0, 9)]).pipe(map((rows) => ((asked += 1), rows)));
    const joined$ = historyThenLive({ history$, live$: NEVER, reread: noReread });
    expect(asked).toBe(0);
    joined$.subscribe().unsubscribe();
    joined$.subscribe().unsubscribe();
    expect(asked).toBe(2);
  });

  it('keeps the order when telling brings in more', () => {
    const history$ = new Subject<readonly Candle[]>();
    const live$ = new Subject<Candle>();
    const told: string[] = [];
    historyThenLive({ history$, live$, reread: noReread }).subscribe((each) => {
      told.push(brief(each));
      if (each.volume === 5) live$.next(live(2, 1));
    });
    live$.next(live(1, 5));
    live$.next(live(1, 6));
    live$.next(live(1, 5));
    history$.next([row(0, 9)]);
    expect(told).toEqual(['0 x9', '1 x5 live', '2 x1 live']);
  });
});
