import { filter, forkJoin, ignoreElements, map, merge, take, type Observable } from 'rxjs';
import type { HotCache } from '../../cache/hot-cache.js';
import type { MarketEvent } from '../../model/events.js';
import { isLatest, topicOf } from '../../model/request.js';
import type { Topic } from '../../model/topic.js';
import type { LinkState } from '../link.js';
import type { Tier } from '../tier.js';

export interface LiveTierOptions {
  readonly hot: HotCache;
  readonly link: LinkState;
  readonly canWatch: (topic: Topic) => boolean;
  /** Longest wait for the first value, ms. Default 2,000. */
  readonly timeLimit?: number;
}

/** A socket that is up sends a topic's first value well within this, ms; where it does not, the market may not exist. */
const HEDGE = 300;

/** Nobody need wait out the time limit when the socket is lost meanwhile. */
const failWhenDown = (link: LinkState): Observable<never> =>
  link.changes$.pipe(
    map((state) => {
      if (state?.state === 'down') throw state.error;
    }),
    ignoreElements(),
  );

/** Joins, or opens, the shared live stream of each market and takes its first value. */
export const liveSubscriptionTier = ({ hot, link, canWatch, timeLimit = 2_000 }: LiveTierOptions): Tier => {
  const isLive = ({ tier, receivedAt }: MarketEvent): boolean =>
    tier === 'live-subscription' && link.covers(receivedAt);
  /** Whether a stream that has spoken before cannot be expected to speak soon: it is down, being polled, or suspiciously silent. */
  const isSilent = (topic: Topic): boolean => {
    const latest = hot.latest(topic);
    return latest !== undefined && (latest.tier !== 'live-subscription' || hot.fresh(topic) === undefined);
  };
  return {
    name: 'live-subscription',
    cannotServe: (request) => {
      if (!isLatest(request)) return 'a socket has no history';
      if (link.current?.state === 'down') return 'the socket is down';
      const carried = request.markets.every((market) => canWatch(topicOf(request, market)));
      if (!carried) return `no socket carries ${String(request.interval)} candles`;
      const silent = request.via === 'auto' && request.markets.some((market) => isSilent(topicOf(request, market)));
      return silent ? 'the stream is silent' : undefined;
    },
    timeLimit: () => timeLimit,
    hedgeAfter: () => HEDGE,
    fetch: (request) => {
      const streams = request.markets.map((market) =>
        hot.watch(topicOf(request, market)).pipe(filter(isLive), take(1)),
      );
      return merge(
        failWhenDown(link),
        forkJoin(streams).pipe(map((events) => ({ events, trust: 'received over the socket that is up now' }))),
      ).pipe(take(1));
    },
  };
};
