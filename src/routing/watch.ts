import {
  EMPTY,
  NEVER,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  filter,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';
import type { TopicSignal } from '../model/signals.js';
import type { Topic } from '../model/topic.js';
import { bridge } from './bridge.js';
import { forwardOnly } from './forward-only.js';
import { holdBack } from './hold-back.js';
import type { Link } from './link.js';
import { MOST_MISSING, isSequential, markOf, missingBetween, resumeFrom, timeOf, type Sequential } from './missing.js';
import { poll, type PollOptions } from './poll.js';

type Untold<S> = S extends TopicSignal ? Omit<S, 'topic' | 'at'> : never;

/** A signal of a topic, but for which topic and when. */
export type UntoldSignal = Untold<TopicSignal>;

export interface WatchOptions {
  /** The connection that carries the topic, or `undefined` when no socket carries it. */
  readonly link$: Observable<Link> | undefined;
  /** The topic by REST, oldest first: its latest fact, or everything after the last event delivered. */
  readonly fetch: (last: Sequential | undefined) => Observable<readonly MarketEvent[]>;
  readonly poll: PollOptions;
  /** How long an open connection may take to deliver the topic's first event before polling helps out, ms. */
  readonly patience: number;
  /** Told of gaps, repairs and changes of tier. */
  readonly tell: (signal: UntoldSignal) => void;
  readonly scheduler?: SchedulerLike;
}

/**
 * A topic as one endless stream: live while the connection delivers it, polled while it does not. Never a trade twice,
 * never a state older than one already shown; what a break left out is fetched and put where it belongs, or declared as
 * a gap.
 *
 * Errors only for good: the exchange does not list the market, or refuses the subscription.
 */
export const watchTopic = (topic: Topic, options: WatchOptions): Observable<MarketEvent> =>
  defer(() => {
    const { link$, fetch, patience, tell, scheduler = asyncScheduler } = options;
    const isForward = forwardOnly();
    let tier: TierName | undefined;
    let last: Sequential | undefined;

    const takesForward = (event: MarketEvent): boolean => {
      if (!isForward(event)) return false;
      if (event.tier !== tier) {
        tell({ type: 'tier-change', from: tier, to: event.tier });
        tier = event.tier;
      }
      if (isSequential(event) && (last === undefined || timeOf(event) >= timeOf(last))) last = event;
      return true;
    };
    const polled$ = poll(() => fetch(last).pipe(tap((found) => declareHole(last, found, tell))), options.poll);
    if (link$ === undefined) return polled$.pipe(filter(takesForward));

    /** The live stream of a connection, what was missed before it in front. */
    const resumed = (live$: Observable<MarketEvent>): Observable<MarketEvent> =>
      last === undefined
        ? live$
        : live$.pipe(
            holdBack({
              most: MOST_MISSING,
              missing: (first) =>
                last === undefined || !isSequential(first)
                  ? EMPTY
                  : missingBetween(last, first, { fetch: () => fetch(last), tell, scheduler }),
              onOverflow: (first) => {
                if (last === undefined || !isSequential(first)) return;
                tell({ type: 'gap', after: markOf(last), before: markOf(first), reason: 'overflow' });
              },
            }),
          );
    const serve = (link: Link): Observable<MarketEvent> => {
      const live$ = link.state === 'up' ? resumed(link.connection.watch(topic)) : NEVER;
      const wait = link.state === 'down' ? 0 : patience;
      return live$.pipe(bridge(timer(wait, scheduler).pipe(switchMap(() => polled$)), takesForward));
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
