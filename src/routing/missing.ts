import {
  EMPTY,
  asyncScheduler,
  catchError,
  defer,
  map,
  mergeAll,
  of,
  retry,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { Candle, MarketEvent, Trade } from '../model/events.js';
import { closeTime, type Interval } from '../model/interval.js';
import type { Gap, Mark, Repaired } from '../model/signals.js';

/** Most trades or candles fetched to close one gap: 20 calls of Upbit's largest page of trades. */
export const MOST_MISSING = 10_000;
/** Trades may come this much out of order, ms, so a repair goes back that much further than the last one delivered. */
export const OUT_OF_ORDER = 2_000;
/** REST may fail, or lag behind the socket: further tries until it knows what the socket has just told. */
const TRIES = 5;
/** Before the nth further try, n times this long, ms. */
const BETWEEN_TRIES = 300;

/** A repair that takes longer, ms, is given up: what comes live has waited long enough. Mass repairs queue for half a minute. */
const TIME_LIMIT = 45_000;

/** A stream one can have missed part of; of a state the present one is all there is to know. */
export type Sequential = Trade | Candle;

export const isSequential = (event: MarketEvent): event is Sequential =>
  event.type === 'trade' || event.type === 'candle';

export interface MissingOptions {
  /** Everything from `resumeFrom(last)` on, oldest first; of more than `MOST_MISSING` the newest. */
  readonly fetch: () => Observable<readonly MarketEvent[]>;
  readonly tell: (signal: Omit<Gap, 'topic' | 'at'> | Omit<Repaired, 'topic' | 'at'>) => void;
  readonly scheduler?: SchedulerLike;
}

/** Where in its stream an event stands, ms UTC. */
export const timeOf = (event: Sequential): number => (event.type === 'trade' ? event.timestamp : event.openTime);

export const markOf = (event: Sequential): Mark =>
  event.type === 'trade' ? { time: event.timestamp, id: event.id } : { time: event.openTime };

/** From where on to fetch so that nothing after `last` is missed. */
export const resumeFrom = (last: Sequential): number =>
  last.type === 'trade' ? last.timestamp - OUT_OF_ORDER : last.openTime;

/** A request may wait this long for its turn and its answer, ms; windows that open meanwhile must not push older ones out. */
const ANSWER_TIME = 60_000;

/** Candles from `since` on there can be by the time an answer comes, the forming one included. */
export const candlesSince = (interval: Interval, since: number, now: number): number =>
  Math.min(MOST_MISSING, Math.ceil((now + ANSWER_TIME - since) / (closeTime(interval, since) - since)) + 1);

/**
 * What came between the last event delivered and the first one of a new stretch, fetched until REST knows both ends.
 * Some of it may have been delivered before; whoever listens tells them apart by their ids. Never errors: what cannot be
 * had is told as a gap.
 */
export const missingBetween = (
  last: Sequential,
  first: Sequential,
  { fetch, tell, scheduler = asyncScheduler }: MissingOptions,
): Observable<MarketEvent> => {
  if (!isLater(first, last)) return EMPTY;
  const [after, before] = [markOf(last), markOf(first)];
  return defer(fetch).pipe(
    map((found) => {
      // Asked again as long as the answer is behind the socket.
      if (first.type === 'trade' && !found.some((event) => event.type === 'trade' && event.id === first.id)) {
        throw new Behind(found);
      }
      return found;
    }),
    retry({ count: TRIES, delay: (_, n) => timer(n * BETWEEN_TRIES, scheduler) }),
    timeout({ first: TIME_LIMIT, scheduler }),
    catchError((error: unknown) => {
      if (error instanceof Behind) {
        // What was traded between the newest that REST knows and the first of the socket stays unknown.
        const newest = error.found.findLast(isSequential) ?? last;
        if (isLater(first, newest)) tell({ type: 'gap', after: markOf(newest), before, reason: 'behind' });
        return of(error.found);
      }
      tell({ type: 'gap', after, before, reason: 'unreachable' });
      return EMPTY;
    }),
    map((found) => {
      const oldest = found.find(isSequential);
      if (found.length >= MOST_MISSING && oldest !== undefined) {
        tell({ type: 'gap', after, before: markOf(oldest), reason: 'too-many' });
      }
      const between = found.filter((event) => isSequential(event) && isLater(event, last) && isLater(first, event));
      if (between.length > 0) tell({ type: 'repaired', after, before, count: between.length });
      return found;
    }),
    mergeAll(),
  );
};

/** An answer of REST that does not know the newest trade yet. */
class Behind extends Error {
  constructor(readonly found: readonly MarketEvent[]) {
    super('REST is behind the socket');
  }
}

/** Whether `a` comes after `b` in their stream. */
const isLater = (a: Sequential, b: Sequential): boolean => isLaterMark(markOf(a), markOf(b));

/** Within one millisecond the longer, then the larger id is the later. */
const isLaterMark = (a: Mark, b: Mark): boolean => {
  if (a.time !== b.time) return a.time > b.time;
  const [x, y] = [a.id ?? '', b.id ?? ''];
  return x.length === y.length ? x > y : x.length > y.length;
};

/** Gaps that are kept in mind; a poll goes back no further than some seconds. */
const MOST_GAPS = 16;

/** The gaps declared of late: what was said to be missing must not turn up afterwards, out of its place. */
export class DeclaredGaps {
  private readonly gaps: Pick<Gap, 'after' | 'before'>[] = [];

  add(gap: Pick<Gap, 'after' | 'before'>): void {
    this.gaps.push(gap);
    if (this.gaps.length > MOST_GAPS) this.gaps.shift();
  }

  /** Whether an event lies in one of them. */
  hold(event: Sequential): boolean {
    const mark = markOf(event);
    return this.gaps.some(({ after, before }) => isLaterMark(mark, after) && isLaterMark(before, mark));
  }
}
