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
import type { MarketEvent } from '../model/events.js';
import { OUT_OF_ORDER, isSequential, timeOf, type Sequential } from './missing.js';
import type { Told } from './told.js';

/** Time between two thoughts of an audit, ms. */
const THINK = 5_000;
/** A stream is audited after this long, ms, or after so many events, fewer than are remembered. */
const EVERY = { ms: 60_000, events: 400 };

export interface AuditOptions {
  /** How far the stream has been told. */
  readonly told: Pick<Told, 'first' | 'last' | 'count'>;
  /** Everything from shortly before an event on, oldest first. */
  readonly fetch: (since: Sequential) => Observable<readonly MarketEvent[]>;
  readonly scheduler?: SchedulerLike;
}

/**
 * Finds trades and candles that a live stream has left out while it went on with others: ids are not consecutive and
 * windows may be empty, so only the exchange's own list can tell. Now and then, and only of a stream that speaks, what
 * came since the last time is read again.
 */
export class Audit {
  /** All up to this one has been read again. */
  private done: Sequential | undefined;
  /** How many had been told then. */
  private counted = 0;
  private at: number;
  private readonly scheduler: SchedulerLike;

  constructor(private readonly options: AuditOptions) {
    this.scheduler = options.scheduler ?? asyncScheduler;
    this.at = this.scheduler.now();
  }

  /** Something may well have been left out: the next reading need not wait. */
  hurry(): void {
    this.at = -Infinity;
  }

  /** What should have been delivered by the time it was read, again and again; most of it is known. */
  readonly readings$: Observable<readonly Sequential[]> = defer(() =>
    interval(THINK, this.scheduler).pipe(exhaustMap(() => (this.isDue() ? this.read() : EMPTY))),
  );

  private isDue(): boolean {
    const news = this.options.told.count - this.counted;
    return news >= EVERY.events || (news > 0 && this.scheduler.now() - this.at >= EVERY.ms);
  }

  private read(): Observable<readonly Sequential[]> {
    const { told, fetch } = this.options;
    // Nothing lies before the first.
    const done = (this.done ??= told.first);
    if (done === undefined || told.last === undefined) return EMPTY;
    // The newest candle is still forming, and trades come somewhat out of order.
    const until = timeOf(told.last) - (done.type === 'trade' ? OUT_OF_ORDER : 1);
    this.counted = told.count;
    this.at = this.scheduler.now();
    return fetch(done).pipe(
      map((found) => found.filter(isSequential).filter((event) => timeOf(event) <= until)),
      tap((due) => (this.done = due.at(-1) ?? done)),
      // There is a next time.
      catchError(() => {
        this.counted -= 1;
        return EMPTY;
      }),
    );
  }
}
