import { Observable, defaultIfEmpty, defer, take, type Subscription } from 'rxjs';
import { toMarketDataError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { closeTime } from '../model/interval.js';
import { isClosed } from './closed-only.js';
import { Told } from './told.js';

/** Windows held back at most while history is awaited; the oldest go first, and are read again at the seam. */
const MOST_HELD = 1_000;

export interface HistoryThenLiveOptions {
  /** Candles of one series, oldest first, the forming one included or not. Subscribed after `live$`. */
  readonly history$: Observable<readonly Candle[]>;
  /** The same series live: the forming candle again and again. It repairs its own breaks. */
  readonly live$: Observable<Candle>;
  /** Every candle that opens at or after an instant, oldest first. Asked once at most, when live begins after history ends. */
  readonly reread: (since: number) => Observable<readonly Candle[]>;
}

/**
 * History, then live, as one stream without a seam: oldest first, no candle twice, none missing. Live is listened to
 * before history is asked for and held back until it has come, of each window the newest; then the forming candle of
 * history is replaced by its live self. When live begins in a later window than history ends in, and the last candle of
 * history could have changed or another could lie between, those are read again first. Windows without trades have no
 * candle and are no hole. A quiet market has its history at once, however long live says nothing.
 *
 * Errors as `history$`, `reread` and `live$` do, as a `MarketDataError`; trying again is up to the caller. Completes when
 * live has completed and all has been told.
 */
export const historyThenLive = ({ history$, live$, reread }: HistoryThenLiveOptions): Observable<Candle> =>
  new Observable((subscriber) => {
    const told = new Told();
    /** Live candles held back by open time, while something is awaited that goes before them. */
    let held: Map<number, Candle> | undefined = new Map<number, Candle>();
    /** The last candle of history, until live has joined it. */
    let end: Candle | undefined;
    let isEnded = false;

    const tell = (candle: Candle): void => {
      if (told.accept(candle)) subscriber.next(candle);
    };
    const fail = (error: unknown): void => subscriber.error(toMarketDataError(error));
    const ask = (rows$: Observable<readonly Candle[]>, then: (rows: readonly Candle[]) => void): Subscription =>
      rows$.pipe(take(1), defaultIfEmpty([])).subscribe({ next: then, error: fail });

    const release = (): void => {
      // Telling may bring in more.
      for (let next = oldestOf(held); next !== undefined; next = oldestOf(held)) {
        held?.delete(next.openTime);
        tell(next);
      }
      held = undefined;
      if (isEnded) subscriber.complete();
    };
    /** Live has begun: what lies between it and history goes first. */
    const join = (first: Candle): void => {
      const last = end;
      end = undefined;
      if (last === undefined || !leavesOut(last, first)) {
        release();
        return;
      }
      subscriber.add(
        ask(
          defer(() => reread(last.openTime)),
          (rows) => {
            const next = oldestOf(held) ?? first;
            for (const row of rows) if (row.openTime < next.openTime) tell(row);
            release();
          },
        ),
      );
    };
    const hold = (candle: Candle): void => {
      held ??= new Map<number, Candle>();
      held.set(candle.openTime, candle);
      if (held.size > MOST_HELD) held.delete(oldestOf(held)?.openTime ?? candle.openTime);
    };

    subscriber.add(
      live$.subscribe({
        next: (candle) => {
          if (held !== undefined) hold(candle);
          else if (end === undefined) tell(candle);
          else {
            hold(candle);
            join(candle);
          }
        },
        error: fail,
        complete: () => {
          isEnded = true;
          if (held === undefined) subscriber.complete();
        },
      }),
    );
    subscriber.add(
      ask(history$, (rows) => {
        for (const row of rows) tell(row);
        end = rows.at(-1);
        const first = oldestOf(held);
        if (first !== undefined) join(first);
        else release();
      }),
    );
  });

/** Whether a candle may be missing, or have changed, between the last of history and the first that came live. */
const leavesOut = (last: Candle, first: Candle): boolean =>
  first.openTime > last.openTime && !(isClosed(last) && first.openTime === closeTime(last.interval, last.openTime));

const oldestOf = (held: ReadonlyMap<number, Candle> | undefined): Candle | undefined => {
  let oldest: Candle | undefined;
  for (const candle of held?.values() ?? []) {
    if (oldest === undefined || candle.openTime < oldest.openTime) oldest = candle;
  }
  return oldest;
};
