import {
  EMPTY,
  NEVER,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  filter,
  switchMap,
  tap,
  map,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';
import type { TierChangeReason, TopicSignal } from '../model/signals.js';
import type { Topic } from '../model/topic.js';
import { attend } from './attend.js';
import { forwardOnly, isNewer } from './forward-only.js';
import { holdBack } from './hold-back.js';
import type { Link } from './link.js';
import { MOST_MISSING, isSequential, markOf, missingBetween, resumeFrom, timeOf, type Sequential } from './missing.js';
import { poll, type PollOptions } from './poll.js';
import { TopicRecord } from './topic-records.js';

type Untold<S> = S extends TopicSignal ? Omit<S, 'topic' | 'at'> : never;

/** A signal of a topic, but for which topic and when. */
export type UntoldSignal = Untold<TopicSignal>;

/** While the connection is up, a topic without news is polled up to this many doublings of the time more rarely. */
const SLOWEST = 5;

export interface WatchOptions {
  /** The connection that carries the topic, or `undefined` when no socket carries it. */
  readonly link$: Observable<Link> | undefined;
  /** The topic by REST, oldest first: its latest fact, or everything after the last event delivered. */
  readonly fetch: (last: Sequential | undefined) => Observable<readonly MarketEvent[]>;
  readonly poll: PollOptions & { readonly every: number };
  /** How long an open connection may take to deliver the topic's first event before polling helps out, ms. */
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
    const { link$, fetch, patience, tell, scheduler = asyncScheduler, record = new TopicRecord() } = options;
    const isForward = forwardOnly();
    let latest: MarketEvent | undefined;
    let last: Sequential | undefined;
    /** Why another tier than the live one would deliver now. */
    let trouble: TierChangeReason = 'opened';
    let dull = 0;

    const takes = (event: MarketEvent): boolean => {
      if (!isForward(event)) {
        record.coalesced += 1;
        return false;
      }
      record.delivered += 1;
      if (event.tier !== record.tier) changeTier(event.tier);
      if (latest === undefined || isNewer(event, latest)) latest = event;
      if (isSequential(event) && (last === undefined || timeOf(event) >= timeOf(last))) last = event;
      dull = 0;
      return true;
    };
    const changeTier = (to: TierName): void => {
      const from = record.tier;
      const reason = from === undefined ? 'opened' : to === 'live-subscription' ? 'returned' : trouble;
      tell({ type: 'tier-change', from, to, reason });
      record.tier = to;
    };
    const ask = (): Observable<readonly MarketEvent[]> =>
      fetch(last).pipe(tap((found) => declareHole(last, found, tell)));
    /** A stream that has nothing to say on a connection that is up is polled more and more rarely. */
    const pace = (): number => options.poll.every * 2 ** Math.min(SLOWEST, (dull += 1) - 1);
    const polled = (every: number | (() => number)): Observable<MarketEvent> => poll(ask, { ...options.poll, every });
    if (link$ === undefined) return polled(options.poll.every).pipe(filter(takes));

    /** The live stream of a connection, what was missed before it in front. */
    const resumed = (live$: Observable<MarketEvent>): Observable<MarketEvent> =>
      last === undefined
        ? live$
        : live$.pipe(
            holdBack({
              most: MOST_MISSING,
              missing: (first) => {
                if (last === undefined || !isSequential(first)) return EMPTY;
                trouble = 'repair';
                return missingBetween(last, first, { fetch: () => fetch(last), tell, scheduler });
              },
              onOverflow: (first) => {
                if (last === undefined || !isSequential(first)) return;
                tell({ type: 'gap', after: markOf(last), before: markOf(first), reason: 'overflow' });
              },
            }),
          );
    const serve = (link: Link): Observable<MarketEvent> => {
      const isUp = link.state === 'up';
      if (link.state === 'down') trouble = 'connection-down';
      return attend({
        live: () => (isUp ? resumed(link.connection.watch(topic)) : NEVER),
        helper$: polled(isUp ? pace : options.poll.every),
        look: () => fetch(last).pipe(map((found) => found.filter((event) => isNewer(event, latest)))),
        takes,
        patience: link.state === 'down' ? 0 : patience,
        standing: record.standing,
        onSilent: (reason, silentFor) => {
          if (!isUp) return;
          trouble = 'silent';
          tell({ type: 'stale', reason, market: topic.market, silentFor });
        },
        onLoss: (error) => {
          if (error.details['market'] !== undefined) record.rejected += 1;
        },
        scheduler,
      });
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
