import type { MarketEvent } from 'market-data-backbone';
import type { MarketTruth } from 'market-data-backbone/simulator';
import type { Watched } from '../run/recording.js';

type Topic = Pick<Watched, 'channel' | 'market' | 'interval'>;
type Truth = Pick<MarketTruth, 'trades' | 'book'>;

const SECOND = 1_000;
const BOOK_GRID = 100;
/** How far ahead the next news is looked for, ms. */
const FAR = 30_000;
const STEP = 1_000;

const windowOf = ({ interval }: Topic): number => (interval === '1s' ? SECOND : 60 * SECOND);

/**
 * When the exchange first had news of a topic after `from`: `made` is when it happened, `told` the earliest moment at
 * which the exchange tells it (a candle's change is told at the next full second). Undefined when there was none for long.
 */
export const nextNews = (
  topic: Topic,
  truth: Truth,
  from: number,
): { readonly made: number; readonly told: number } | undefined => {
  if (topic.channel === 'orderbook') {
    for (let at = Math.ceil((from + 1) / BOOK_GRID) * BOOK_GRID; at < from + FAR; at += BOOK_GRID) {
      const made = truth.book(topic.market, at)?.changedAt ?? 0;
      if (made > from) return { made, told: made };
    }
    return undefined;
  }
  for (let at = from + 1; at < from + FAR; at += STEP) {
    const made = truth.trades(topic.market, at, at + STEP)[0]?.time;
    if (made === undefined) continue;
    return { made, told: topic.channel === 'candle' ? (Math.floor(made / SECOND) + 1) * SECOND : made };
  }
  return undefined;
};

/** Whether an event says what was so at `made` or later. */
export const tells = (topic: Topic, event: MarketEvent, made: number): boolean => {
  if (event.type !== 'candle') return event.timestamp >= made;
  const length = windowOf(topic);
  return event.openTime >= Math.floor(made / length) * length && event.timestamp >= made;
};

/**
 * By how much an event was out of date at `at`, ms: the age of the oldest news that it does not tell, of the same
 * window where it is a candle. 0 when it told all there was.
 */
export const staleness = (topic: Topic, truth: Truth, event: MarketEvent, at: number): number => {
  const end = event.type === 'candle' ? event.openTime + windowOf(topic) : Infinity;
  const news = nextNews(topic, truth, event.timestamp);
  if (news === undefined || news.made >= end || news.told >= at) return 0;
  return at - news.told;
};
