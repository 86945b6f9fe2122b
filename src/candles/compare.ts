import { defer, map, merge, mergeMap, type Observable } from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import type { Interval } from '../model/interval.js';
import type { Channel } from '../model/topic.js';
import { FIELDS, numbersOf, relativeDifference, type ComparedField } from './comparable.js';
import { Pairing } from './pairing.js';
import { SeriesMap } from './series-map.js';

/** Two sources say different things about the same. */
export interface Divergence {
  readonly type: 'divergence';
  readonly channel: Channel;
  readonly market: string;
  /** Candles only. */
  readonly interval?: Interval;
  /** Of a trade its id, of a candle its open time, of a state the time of `a`'s (ms UTC). */
  readonly key: string | number;
  /** What differs; of a book the best `bid` or `ask`. */
  readonly field: ComparedField;
  readonly a: number;
  readonly b: number;
  /** Difference relative to the larger of the two: 0.001 is .1 %. */
  readonly relativeDifference: number;
}

export interface CompareOptions {
  /** Largest relative difference that is none. Default 0.001, which is .1 %. */
  readonly tolerance?: number;
  /** What to compare. Default: everything that both are about. */
  readonly fields?: readonly ComparedField[];
  /** How far apart in time two tickers or books may be to be compared, ms. Default 1,000. */
  readonly within?: number;
}

/**
 * Compares two streams of the same topic from two sources or tiers, and tells where they differ. Candles are compared
 * when both sides have told them `final` or `revised` (give live ones to `finality` first), by open time; trades by id;
 * tickers and books with the one of the other side nearest in time among those that have come. Of each market 1,000
 * events of a side are remembered. What only one side tells is no divergence.
 *
 * Completes when both have, errors when one does. Throws `InvalidRequestError` for options that make no sense.
 *
 * @example
 * compare(trades$.pipe(toCandles('1m')), backbone.watchCandles('KRW-BTC', '1m').pipe(finality())).subscribe(console.warn);
 */
export const compare = (
  a$: Observable<MarketEvent>,
  b$: Observable<MarketEvent>,
  { tolerance = 0.001, fields = FIELDS, within = 1_000 }: CompareOptions = {},
): Observable<Divergence> => {
  for (const [name, value] of Object.entries({ tolerance, within })) {
    if (!(value >= 0)) throw new InvalidRequestError(`${name} must be a number of 0 or more, not ${value}`);
  }
  return defer(() => {
    const pairings = {
      ticker: new SeriesMap(() => new Pairing(within)),
      trade: new SeriesMap(() => new Pairing(within)),
      orderbook: new SeriesMap(() => new Pairing(within)),
      candle: new SeriesMap(() => new Pairing(within)),
    };
    const side = (name: 'a' | 'b', events$: Observable<MarketEvent>) => events$.pipe(map((event) => ({ name, event })));
    return merge(side('a', a$), side('b', b$)).pipe(
      mergeMap(({ name, event }) => {
        // Two sources may be two exchanges.
        const other = pairings[event.type].of({ ...seriesOf(event), exchange: '' }).match(name, event);
        if (other === undefined) return [];
        const [a, b] = name === 'a' ? [event, other] : [other, event];
        return divergences(a, b, fields).filter((found) => found.relativeDifference > tolerance);
      }),
    );
  });
};

const seriesOf = (event: MarketEvent): { readonly market: string; readonly interval?: Interval } => ({
  market: event.market,
  ...(event.type === 'candle' ? { interval: event.interval } : {}),
});

const divergences = (a: MarketEvent, b: MarketEvent, fields: readonly ComparedField[]): Divergence[] => {
  const [ours, theirs] = [numbersOf(a), numbersOf(b)];
  const key = a.type === 'trade' ? a.id : a.type === 'candle' ? a.openTime : a.timestamp;
  return fields.flatMap((field) => {
    const [x, y] = [ours[field], theirs[field]];
    if (x === undefined || y === undefined) return [];
    const difference = relativeDifference(x, y);
    const what = { type: 'divergence', channel: a.type, ...seriesOf(a), key, field } as const;
    return [{ ...what, a: x, b: y, relativeDifference: difference }];
  });
};
