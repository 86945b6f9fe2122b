import {
  NEVER,
  asyncScheduler,
  defer,
  distinctUntilChanged,
  filter,
  switchMap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { TierName } from '../model/provenance.js';
import { bridge } from './bridge.js';
import { forwardOnly } from './forward-only.js';
import type { Link } from './link.js';
import type { Topic } from '../model/topic.js';

export interface WatchOptions {
  /** The connection that carries the topic, or `undefined` when no socket carries it. */
  readonly link$: Observable<Link> | undefined;
  /** The topic by polling; `begun` tells whether anything has been delivered before. */
  readonly poll: (begun: () => boolean) => Observable<MarketEvent>;
  /** How long an open connection may take to deliver the topic's first event before polling helps out, ms. */
  readonly patience: number;
  /** Called when the topic is served by another tier than before. */
  readonly onTier: (from: TierName | undefined, to: TierName) => void;
  readonly scheduler?: SchedulerLike;
}

/**
 * A topic as one endless stream: live while the connection delivers it, polled while it does not. Never a trade twice,
 * never a state older than one already shown.
 *
 * Errors only for good: the exchange does not list the market, or refuses the subscription.
 */
export const watchTopic = (topic: Topic, options: WatchOptions): Observable<MarketEvent> =>
  defer(() => {
    const { link$, poll, patience, onTier, scheduler = asyncScheduler } = options;
    const isForward = forwardOnly();
    let tier: TierName | undefined;

    const takesForward = (event: MarketEvent): boolean => {
      if (!isForward(event)) return false;
      if (event.tier !== tier) {
        const from = tier;
        tier = event.tier;
        onTier(from, tier);
      }
      return true;
    };
    const polled$ = poll(() => tier !== undefined);
    if (link$ === undefined) return polled$.pipe(filter(takesForward));

    const serve = (link: Link): Observable<MarketEvent> => {
      const live$ = link.state === 'up' ? link.connection.watch(topic) : NEVER;
      const wait = link.state === 'down' ? 0 : patience;
      return live$.pipe(bridge(timer(wait, scheduler).pipe(switchMap(() => polled$)), takesForward));
    };
    return link$.pipe(
      distinctUntilChanged((before, after) => before.state === 'down' && after.state === 'down'),
      switchMap(serve),
    );
  });
