import type { EngineEvent, Gap, Mark, Trade } from 'market-data-backbone';
import type { MarketTruth, TrueTrade } from 'market-data-backbone/simulator';
import type { Watched } from '../run/recording.js';

/** What became of the trades of one market. */
export interface TradeAccount {
  /** How many the exchange made, from the first one delivered on. */
  readonly made: number;
  readonly delivered: number;
  /** Not delivered, and inside a declared gap. */
  readonly declared: number;
  /** Not delivered, and not declared. */
  readonly lost: readonly Lost[];
  readonly duplicated: readonly Seen[];
  /** Delivered, and not what the exchange made. */
  readonly invented: readonly Seen[];
  /** Delivered after a later one. */
  readonly disordered: readonly Seen[];
}

/** A trade that never came, and those delivered that were made right before and after it. */
export interface Lost {
  readonly trade: TrueTrade;
  readonly before: Seen | undefined;
  readonly after: Seen | undefined;
}

/** A trade as delivered, and when. */
export interface Seen {
  readonly at: number;
  readonly trade: Trade;
}

const compare = (a: Mark, b: Mark): number => {
  if (a.time !== b.time) return a.time - b.time;
  const [x, y] = [a.id ?? '', b.id ?? ''];
  if (x.length !== y.length) return x.length - y.length;
  return x < y ? -1 : x > y ? 1 : 0;
};

const markOf = ({ timestamp, id }: Trade): Mark => ({ time: timestamp, id });

const isSame = (trade: Trade, truth: TrueTrade): boolean =>
  trade.price === Number(truth.price) &&
  trade.volume === Number(truth.volume) &&
  trade.side === truth.side &&
  trade.timestamp === truth.time;

const isGapOf =
  (market: string) =>
  (signal: EngineEvent): signal is Gap =>
    signal.type === 'gap' && signal.topic.endsWith(`/trade/${market}`);

/** Compares the trades delivered of one market with those made before `until`, ms UTC, one by one. */
export const judgeTrades = (
  { market, sightings }: Pick<Watched, 'market' | 'sightings'>,
  signals: readonly EngineEvent[],
  truth: Pick<MarketTruth, 'trades'>,
  until: number,
): TradeAccount => {
  const seen = sightings.flatMap(({ at, event }) => (event.type === 'trade' ? [{ at, trade: event }] : []));
  const first = seen[0];
  const empty = { made: 0, delivered: 0, declared: 0, lost: [], duplicated: [], invented: [], disordered: [] };
  if (first === undefined) return empty;
  const start = markOf(first.trade);
  // The last one told need not be the latest.
  const latest = seen.reduce((time, each) => Math.max(time, each.trade.timestamp), 0);
  const all = truth.trades(market, start.time, Math.max(until, latest + 1));
  const trueById = new Map(all.map((trade) => [trade.id, trade]));

  const ids = new Set<string>();
  const duplicated: Seen[] = [];
  const invented: Seen[] = [];
  const disordered: Seen[] = [];
  let newest = start;
  for (const each of seen) {
    const { trade } = each;
    const real = trueById.get(trade.id);
    if (real === undefined || !isSame(trade, real)) invented.push(each);
    else if (ids.has(trade.id)) duplicated.push(each);
    ids.add(trade.id);
    if (compare(markOf(trade), newest) < 0) disordered.push(each);
    else newest = markOf(trade);
  }

  const gaps = signals.filter(isGapOf(market));
  const due = all.filter((trade) => trade.time < until && compare(trade, start) >= 0);
  const missing = due.filter(({ id }) => !ids.has(id));
  const isDeclared = (trade: TrueTrade): boolean =>
    gaps.some(({ after, before }) => compare(after, trade) < 0 && compare(trade, before) < 0);
  const inOrder = seen.toSorted((a, b) => compare(markOf(a.trade), markOf(b.trade)));
  const lost = missing
    .filter((trade) => !isDeclared(trade))
    .map((trade) => ({
      trade,
      before: inOrder.findLast((each) => compare(markOf(each.trade), trade) < 0),
      after: inOrder.find((each) => compare(markOf(each.trade), trade) > 0),
    }));
  return {
    made: due.length,
    delivered: due.length - missing.length,
    declared: missing.length - lost.length,
    lost,
    duplicated,
    invented,
    disordered,
  };
};
