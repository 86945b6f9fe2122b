import {
  EMPTY,
  asyncScheduler,
  catchError,
  defer,
  exhaustMap,
  interval,
  map,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MarketEvent, Trade } from '../model/events.js';
import { OUT_OF_ORDER } from './missing.js';

/** Time between two thoughts of an audit, ms. */
const THINK = 10_000;
/** A stream is audited after this long, ms, or after so many trades, fewer than are remembered by their ids. */
const EVERY = { ms: 60_000, trades: 400 };

export interface AuditOptions {
  /** Everything from shortly before a trade on, oldest first. */
  readonly fetch: (since: Trade) => Observable<readonly MarketEvent[]>;
  readonly scheduler?: SchedulerLike;
}

/**
 * Finds trades that a live stream has left out while it went on with others: their ids are not consecutive, so only the
 * exchange's own list can tell. Now and then, and only of a stream that speaks, what was traded since the last time is
 * read again.
 */
export class Audit {
  /** All up to this one has been read again. */
  private done: Trade | undefined;
  private newest: Trade | undefined;
  private trades = 0;
  private at: number;
  private readonly scheduler: SchedulerLike;

  constructor(private readonly options: AuditOptions) {
    this.scheduler = options.scheduler ?? asyncScheduler;
    this.at = this.scheduler.now();
  }

  /** A trade was delivered live. */
  note(trade: Trade): void {
    this.trades += 1;
    this.done ??= trade;
    if (this.newest === undefined || trade.timestamp >= this.newest.timestamp) this.newest = trade;
  }

  /** The trades that should have been delivered by the time they were read, again and again; most are known. */
  readonly readings$: Observable<readonly Trade[]> = defer(() =>
    interval(THINK, this.scheduler).pipe(exhaustMap(() => (this.isDue() ? this.read() : EMPTY))),
  );

  private isDue(): boolean {
    return this.trades >= EVERY.trades || (this.trades > 0 && this.scheduler.now() - this.at >= EVERY.ms);
  }

  private read(): Observable<readonly Trade[]> {
    const { done, newest } = this;
    if (done === undefined || newest === undefined) return EMPTY;
    const until = newest.timestamp - OUT_OF_ORDER;
    this.trades = 0;
    this.at = this.scheduler.now();
    return this.options.fetch(done).pipe(
      map((found) => found.filter((event) => event.type === 'trade').filter(({ timestamp }) => timestamp <= until)),
      tap((due) => (this.done = due.at(-1) ?? done)),
      // There is a next time.
      catchError(() => EMPTY),
    );
  }
}
