import { EMPTY, concat, defer, from, map, concatMap, of, type Observable } from 'rxjs';
import type { Interval } from '../../model/interval.js';
import { backfill } from '../backfill/backfill.js';
import type { BackfillProgress } from '../backfill/progress.js';
import { union, type TimeRange } from '../time-range.js';
import type { Finding } from './finding.js';
import { verify, type Verification, type VerifyOptions } from './verify.js';

/** What a repair is doing. */
export type RepairStep =
  | { readonly step: 'found'; readonly verification: Verification }
  | { readonly step: 'fetching'; readonly progress: BackfillProgress }
  | { readonly step: 'left'; readonly verification: Verification };

/**
 * Verifies a series, fetches again whatever is wrong or not known, the longer and shorter candles that disagree with it
 * included, and looks at what is left: `found` first, `left` last, and how the fetching goes in between. When nothing is
 * wrong, nothing is fetched. Errors as `backfill` does.
 */
export const repair = (options: VerifyOptions): Observable<RepairStep> =>
  verify(options).pipe(
    concatMap((verification): Observable<RepairStep> => {
      const { from: start, to: end, findings } = verification;
      const found$ = of({ step: 'found', verification } as const);
      const fetching$ = from(wrongWindows(findings)).pipe(
        concatMap(([interval, again]) => fetchAgain(interval, again, options)),
        map((progress) => ({ step: 'fetching', progress }) as const),
      );
      const left$ = defer(() => verify({ ...options, from: start, to: end, sample: 0 })).pipe(
        map((after) => ({ step: 'left', verification: after }) as const),
      );
      return concat(found$, findings.length === 0 ? EMPTY : fetching$, left$);
    }),
  );

const wrongWindows = (findings: readonly Finding[]): ReadonlyMap<Interval, readonly TimeRange[]> => {
  const wrong = findings.flatMap(({ interval, lower = interval, from: start, to: end }) =>
    [...new Set([interval, lower])].map((each) => ({ each, range: { from: start, to: end } })),
  );
  const intervals = [...new Set(wrong.map(({ each }) => each))];
  return new Map(
    intervals.map((interval) => [
      interval,
      union(wrong.filter(({ each }) => each === interval).map(({ range }) => range)),
    ]),
  );
};

const fetchAgain = (
  interval: Interval,
  again: readonly TimeRange[],
  { market, ...options }: VerifyOptions,
): Observable<BackfillProgress> =>
  backfill({
    ...options,
    interval,
    markets: [market],
    again,
    from: again[0]?.from ?? 0,
    to: again.at(-1)?.to ?? 0,
  });
