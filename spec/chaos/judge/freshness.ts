import type { MarketTruth } from 'market-data-backbone/simulator';
import { nameOf, type Fetched, type Recording, type Watched } from '../run/recording.js';
import { staleness } from './news.js';
import type { Violation } from './violation.js';

type Truth = Pick<MarketTruth, 'trades' | 'book'>;

/**
 * How long the exchange may have known better before what is passed on counts as stale, ms. A dead socket is found
 * within 6 s, so for as long its last word may be taken for the latest; a second is for the way and for reading.
 */
export const STALE_AFTER = 7_000;

const RULE = 'stale as fresh';

const watchedStale = (topic: Watched, truth: Truth): Violation[] => {
  // A trade is a fact of its time and no claim about now.
  if (topic.channel === 'trade') return [];
  return topic.sightings.flatMap(({ at, event }) => {
    if (at - event.timestamp < STALE_AFTER) return [];
    const age = staleness(topic, truth, event, at);
    return age > STALE_AFTER
      ? [{ rule: RULE, at, what: `${nameOf(topic)} by ${event.tier}: out of date for ${age} ms` }]
      : [];
  });
};

const fetchedStale = ({ at, event, maxAge, ...asked }: Fetched, truth: Truth): Violation[] => {
  const bound = STALE_AFTER + maxAge;
  if (event === undefined || at - event.timestamp < bound) return [];
  const topic = { ...asked, interval: asked.channel === 'candle' ? ('1m' as const) : undefined };
  const age = staleness(topic, truth, event, at);
  return age > bound
    ? [
        {
          rule: RULE,
          at,
          what: `fetch of ${nameOf(topic)} by ${event.tier}, ${event.origin}: out of date for ${age} ms`,
        },
      ]
    : [];
};

/** Events that were out of date although they were passed on as the present state. */
export const judgeFreshness = ({ watched, fetched }: Recording, truth: Truth): Violation[] => [
  ...watched.flatMap((topic) => watchedStale(topic, truth)),
  ...fetched.flatMap((answer) => fetchedStale(answer, truth)),
];
