import {
  EMPTY,
  asyncScheduler,
  catchError,
  defer,
  distinctUntilChanged,
  filter,
  map,
  mergeMap,
  of,
  switchMap,
  tap,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';
import type { Priority } from '../model/request.js';
import type { TierChangeReason, TopicSignal } from '../model/signals.js';
import type { Topic } from '../model/topic.js';
import { isSame, isUnsure, isUpToDate, skips } from './already-told.js';
import { attend } from './attend.js';
import { Audit } from './audit.js';
import { beside } from './beside.js';
import { forwardOnly, isNewer, saysMore } from './forward-only.js';
import { inStep } from './grid.js';
import type { Link } from './link.js';
import {
  DeclaredGaps,
  MOST_MISSING,
  isSequential,
  markOf,
  missingBetween,
  resumeFrom,
  type Sequential,
} from './missing.js';
import { poll, type PollOptions } from './poll.js';
import { Told } from './told.js';
import { TopicRecord } from './topic-records.js';

type Untold<S> = S extends TopicSignal ? Omit<S, 'topic' | 'at'> : never;

/** A signal of a topic, but for which topic and when. */
export type UntoldSignal = Untold<TopicSignal>;

/** Longest wait for the ticker, which only says whether a call is needed, ms; who polls is in more of a hurry. */
const HINT = { poll: 500, look: 2_000 };
/** While the connection is up, a topic without news is polled up to this many doublings of the time more rarely; one that never had any, even more so. */
const SLOWER = { silent: 3, unheardOf: 6 };
/** For so long after a frame was lost its topic is polled steadily while it has to be polled, ms. */
const SPOILED = 5_000;
/** How much later than REST a healthy socket may tell something, ms; candles come once a second. */
const GRACE = { state: 300, candle: 1_500 };

export interface WatchOptions {
  /** The connection that carries the topic, or `undefined` when no socket carries it. */
  readonly link$: Observable<Link> | undefined;
  /** The topic by REST, oldest first: its latest fact, or everything after the last event delivered. Default urgency: `normal`. */
  readonly fetch: (last: Sequential | undefined, urgency?: Priority) => Observable<readonly MarketEvent[]>;
  /**
   * The market's ticker by REST, many markets in one call. It says whether anything has been traded, so that the trades or
   * candles of a quiet market need not be fetched.
   */
  readonly ticker?: () => Observable<readonly MarketEvent[]>;
  readonly poll: PollOptions & { readonly every: number };
  /** How long an open connection may take to deliver the topic's first event before polling helps out, ms; after twice as long it is told. */
  readonly patience: number;
  /** Told of gaps, repairs, silence and changes of tier. */
  readonly tell: (signal: UntoldSignal) => void;
  /** Where it is kept how the topic fares. */
  readonly record?: TopicRecord;
  readonly scheduler?: SchedulerLike;
}

/**
 * A topic as one endless stream: live while the connection delivers it, polled while it does not. Never a trade twice,
 * never a state older than one already shown; what a break left out is fetched and put where it belongs, or declared as
 * a gap. A live stream that falls silent is looked after: see `attend`.
 *
 * Errors only for good: the exchange does not list the market, or refuses the subscription.
 */
export const watchTopic = (topic: Topic, options: WatchOptions): Observable<MarketEvent> =>
  defer(() => {
    const { link$, fetch, patience, scheduler = asyncScheduler, record = new TopicRecord() } = options;
    const isForward = forwardOnly();
    const gaps = new DeclaredGaps();
    const told = new Told();
    /** Why another tier than the live one would deliver now. */
    let trouble: TierChangeReason = 'opened';
    /** When REST was last asked. */
    let askedAt = -Infinity;
    /** When a frame was last lost. */
    let lostAt = -Infinity;
    /** Polls since the last news. */
    let dull = 0;
    const audit = new Audit({ told, fetch: (since) => fetch(since, 'low'), scheduler });
    /** What the last look has found. */
    let known: readonly MarketEvent[] = [];

    const tell = (signal: UntoldSignal): void => {
      if (signal.type === 'gap') gaps.add(signal);
      options.tell(signal);
    };
    const isGone = (event: MarketEvent): boolean =>
      event.type === 'trade' && event.tier !== 'live-subscription' && gaps.hold(event);
    const takes = (event: MarketEvent, isAside = false): boolean => {
      if (isGone(event) || !isForward(event)) {
        record.coalesced += 1;
        return false;
      }
      record.delivered += 1;
      const isLive = event.tier === 'live-subscription';
      if (!isLive) tellLate(event);
      if (event.tier !== record.tier && !isAside) changeTier(event.tier);
      if (isLive || saysMore(event, told.latest)) dull = 0;
      told.add(event);
      return true;
    };
    const tellLate = (event: MarketEvent): void => {
      const { last } = told;
      if (event.type !== 'trade' || last === undefined || !isNewer(last, event)) return;
      tell({ type: 'late', trade: markOf(event), behind: markOf(last) });
    };
    const changeTier = (to: TierName): void => {
      const from = record.tier;
      const reason = from === undefined ? 'opened' : to === 'live-subscription' ? 'returned' : trouble;
      record.tier = to;
      // A way back that was not smooth may have left something out.
      if (reason === 'returned') audit.hurry();
      tell({ type: 'tier-change', from, to, reason });
    };

    /** What REST knows, or nothing when it knows no more than what has been told. */
    const ask = (hint: number): Observable<readonly MarketEvent[]> => {
      const { last, latest } = told;
      if (last === undefined || latest === undefined || options.ticker === undefined) return fetch(last);
      return options.ticker().pipe(
        // It only spares the exchange a call; without it the call is made.
        timeout({ first: hint, with: () => of([]), scheduler }),
        catchError(() => of([])),
        switchMap(([ticker]) => (isUpToDate(latest, ticker) ? of([]) : fetch(last))),
      );
    };
    /** What is asked may join a call that is under way; that one was made since the time before, which this answers. */
    const sureOf = (): number => {
      const before = askedAt;
      askedAt = scheduler.now();
      return before;
    };
    const askSurely = (): Observable<readonly MarketEvent[]> => {
      const at = sureOf();
      return ask(HINT.poll).pipe(
        // By the time it completes, what it found has been told.
        tap({ next: (found) => declareHole(told.last, found, tell), complete: () => (record.askedAt = at) }),
      );
    };
    const { every } = options.poll;
    /** While the connection is up, a topic without news is polled more rarely, unless what it told was lost. */
    const slowly = (): number => {
      if (scheduler.now() - lostAt < SPOILED) return every;
      const slower = told.latest === undefined ? SLOWER.unheardOf : SLOWER.silent;
      dull += 1;
      return every * 2 ** Math.min(slower, dull - 1);
    };
    const polled = (pause: () => number): Observable<MarketEvent> =>
      poll(askSurely, {
        ...options.poll,
        // Topics that are polled at the same moment are one call; that fail together, are tried again together.
        every: () => inStep(scheduler.now(), pause()),
        random: () => 0,
      });
    const polledSteadily$ = polled(() => every);
    if (link$ === undefined) return polledSteadily$.pipe(filter((event) => takes(event)));

    /** What the live stream may have missed before an event of its own. */
    const missing = (first: MarketEvent): Observable<MarketEvent> => {
      const { last } = told;
      if (last === undefined || !isSequential(first)) return EMPTY;
      trouble = 'repair';
      return missingBetween(last, first, {
        fetch: () => {
          const found = known;
          known = [];
          return found.some((event) => isSame(event, first)) ? of(found) : fetch(told.last, 'critical');
        },
        tell,
        scheduler,
        // The rest is the live stream's own to tell.
      }).pipe(filter((event) => isNewer(first, event)));
    };
    /** Of what the live stream has gone past, what it has left out; the stream itself goes on. */
    const leftOut = (events: readonly MarketEvent[]): readonly MarketEvent[] =>
      events.filter((event) => takes(event, true));
    const look = (): Observable<readonly MarketEvent[]> => {
      const { last, latest } = told;
      const at = sureOf();
      return ask(HINT.look).pipe(
        // What was missed while REST could not be asked must not be forgotten.
        tap({ next: (found) => found.length > 0 && audit.hurry(), error: () => audit.hurry() }),
        map((found) => {
          known = found;
          return found.filter(
            (event) => saysMore(event, latest) || (isSequential(event) && isUnsure(event, last, latest)),
          );
        }),
        tap((news) => {
          if (news.length === 0) record.askedAt = at;
        }),
      );
    };
    const live = ({ connection }: Extract<Link, { state: 'up' }>): Observable<MarketEvent> => {
      record.heard = connection.heard ?? (() => scheduler.now());
      return attend({
        live: (doubt) => connection.watch(topic, doubt),
        ...(connection.asked === undefined ? {} : { asked: connection.asked }),
        helper$: polled(slowly),
        look,
        // A state has been overtaken; a trade is told late, but told.
        overtaken: (found) => leftOut(found.filter((event) => event.type === 'trade')),
        madeUp: leftOut,
        missing,
        most: MOST_MISSING,
        supersedes: (event, held) => {
          const does = event.type === 'candle' && isSame(event, held);
          if (does) record.coalesced += 1;
          return does;
        },
        onOverflow: (first) => {
          const { last } = told;
          if (last === undefined || !isSequential(first)) return;
          tell({ type: 'gap', after: markOf(last), before: markOf(first), reason: 'overflow' });
        },
        takes: (event) => takes(event),
        isNews: (event) => saysMore(event, told.latest),
        skips: (answer) => told.last !== undefined && skips(told.last, answer),
        patience,
        grace: topic.channel === 'candle' ? GRACE.candle : GRACE.state,
        standing: record.standing,
        onSilent: (reason, silentFor) => {
          trouble = 'silent';
          tell({ type: 'stale', reason, market: topic.market, silentFor });
        },
        onLoss: (error) => {
          trouble = 'silent';
          lostAt = scheduler.now();
          if (error.details['market'] !== undefined) record.rejected += 1;
        },
        scheduler,
      });
    };
    const isAudited = topic.channel === 'trade' || topic.channel === 'candle';
    const omitted$: Observable<MarketEvent> = audit.readings$.pipe(mergeMap(leftOut));
    const serve = (link: Link): Observable<MarketEvent> => {
      if (link.state === 'up') return isAudited ? live(link).pipe(beside(omitted$)) : live(link);
      const wait = link.state === 'down' ? 0 : patience;
      if (link.state === 'down') trouble = 'connection-down';
      return timer(wait, scheduler).pipe(
        switchMap(() => polledSteadily$),
        filter((event) => takes(event)),
      );
    };
    return link$.pipe(
      distinctUntilChanged((before, after) => before.state === 'down' && after.state === 'down'),
      switchMap(serve),
    );
  });

/** A poll that brings as much as it can may not reach back to the last event delivered. */
const declareHole = (last: Sequential | undefined, found: readonly MarketEvent[], tell: WatchOptions['tell']): void => {
  const oldest = found.find(isSequential);
  if (last === undefined || oldest === undefined || found.length < MOST_MISSING) return;
  if (markOf(oldest).time <= resumeFrom(last)) return;
  tell({ type: 'gap', after: markOf(last), before: markOf(oldest), reason: 'too-many' });
};
