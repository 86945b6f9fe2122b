import { concat, type Observable } from 'rxjs';
import type { Source } from '../sources/source.js';
import type { CandleStore, VerifyOptions as SeriesOptions } from '../store/index.js';
import type { VerifyOptions } from './options.js';

interface SeriesScope {
  readonly source: Pick<Source, 'exchange' | 'fetch'>;
  readonly store: CandleStore;
  /** The time that is meant, ms UTC. Default: all that is stored. */
  readonly from?: number;
  readonly to?: number;
}

/** Does the same with the series of each market asked for, one after the other. */
export const eachSeries = <T>(
  { markets, interval, sample }: VerifyOptions,
  { source, ...scope }: SeriesScope,
  work: (series: SeriesOptions) => Observable<T>,
): Observable<T> =>
  concat(
    ...markets.map((market) =>
      work({
        ...scope,
        fetch: (request) => source.fetch(request),
        exchange: source.exchange,
        market,
        interval,
        sample,
        random: randomOfDay(Date.now()),
      }),
    ),
  );

/** The same chances all day long, so that `repair` reads again what `verify` has read. */
const randomOfDay = (now: number): (() => number) => {
  let state = Math.floor(now / 86_400_000);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
};
