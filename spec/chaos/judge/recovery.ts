import type { MarketTruth } from 'market-data-backbone/simulator';
import { faultNamed } from '../plan/catalogue.js';
import type { Road } from '../plan/fault.js';
import { nameOf, type Recording, type Struck, type Watched } from '../run/recording.js';
import { nextNews, tells } from './news.js';

/** How long one topic was without news because of one fault. */
export interface Recovery {
  readonly fault: string;
  readonly topic: string;
  /** ms UTC: the fault began. */
  readonly at: number;
  /** Whether some road was open all the while; else the time is counted from when one was open again. */
  readonly open: boolean;
  /** From the first news after the fault began, or from when a road was open again, to the first fresh datum, ms. */
  readonly ms: number;
}

interface Span {
  readonly from: number;
  readonly until: number;
}

const breaks = (struck: Struck, road: Road, { channel }: Watched): boolean => {
  const fault = faultNamed(struck.fault);
  const roads = fault.strikes === 'channel' && struck.channel !== channel ? fault.breaksOthers : fault.breaks;
  return roads.includes(road);
};

const isIn = (spans: readonly Span[], at: number): boolean => spans.some(({ from, until }) => from <= at && at < until);

/** The earliest time from `at` on at which a road is open: not in all of the lists. */
const openFrom = (closed: readonly (readonly Span[])[], at: number): number => {
  let time = at;
  for (;;) {
    const now = time;
    if (!closed.every((spans) => isIn(spans, now))) return time;
    time = Math.min(
      ...closed.map((spans) => Math.max(...spans.filter((span) => isIn([span], now)).map(({ until }) => until))),
    );
  }
};

const recover = (topic: Watched, struck: Struck, roads: readonly (readonly Span[])[], truth: Truth): Recovery[] => {
  const news = nextNews(topic, truth, struck.from);
  // A topic that has no news for long cannot show when it is back.
  if (news === undefined || news.made > struck.until + 3_000) return [];
  const sighting = topic.sightings.find(({ at, event }) => at >= news.made && tells(topic, event, news.made));
  const seenAt = sighting?.at ?? Infinity;
  let reference = news.told;
  let open = true;
  for (;;) {
    const closedAt = firstClosed(roads, reference, seenAt);
    if (closedAt === undefined) break;
    open = false;
    reference = openFrom(roads, closedAt);
  }
  return [{ fault: struck.fault, topic: nameOf(topic), at: struck.from, open, ms: Math.max(0, seenAt - reference) }];
};

/** The first moment of [from, until) at which every road was closed. */
const firstClosed = (roads: readonly (readonly Span[])[], from: number, until: number): number | undefined => {
  const moments = [from, ...roads.flat().map((span) => span.from)].filter((at) => at >= from && at < until);
  return moments.sort((a, b) => a - b).find((at) => roads.every((spans) => isIn(spans, at)));
};

type Truth = Pick<MarketTruth, 'trades' | 'book'>;

/** For each fault and topic, how long it took until a fresh datum came by any road. */
export const judgeRecovery = ({ watched, struck }: Recording, truth: Truth): Recovery[] =>
  watched.flatMap((topic) => {
    const roads = (['socket', 'rest'] as const).map((road) => struck.filter((fault) => breaks(fault, road, topic)));
    return struck.flatMap((fault) => recover(topic, fault, roads, truth));
  });

/** The value that a share of them does not exceed; 0 of none. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
};
