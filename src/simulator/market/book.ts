import { mix, mixWide, unit } from '../random.js';
import type { Ledger } from './ledger.js';
import type { Series } from './series.js';
import type { RawTrade } from './trade.js';

const { ceil, floor, max, min, round } = Math;

/** One price level, price in steps, size in the market's smallest size. */
export interface Level {
  readonly price: number;
  readonly size: number;
}

/** Best first on both sides; a side shorter than the other ran out of orders. */
export interface Book {
  /** Last change, ms, on the 100 ms grid. */
  readonly changedAt: number;
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

/** The best prices around a trade: a taker buys at the ask and sells at the bid. */
interface Touch {
  readonly ask: number;
  readonly bid: number;
}

export const BOOK_GRID = 100;
export const BOOK_DEPTH = 30;
const HOUR = 3_600_000;
const DEEPEST = 600;
const ASK = 11;
const BID = 12;

const onGrid = (time: number): number => floor(time / BOOK_GRID) * BOOK_GRID;

/** How often the size of a level changes, ms: busy markets on every tick of the grid, quiet ones rarely. */
const periodOf = (series: Series, activity: number): number => {
  const period = 500 / max(0.0001, series.instrument.rate * activity);
  return min(600_000, max(BOOK_GRID, round(period / BOOK_GRID) * BOOK_GRID));
};

const holes = (series: Series, price: number): number =>
  series.instrument.rate < 0.05 ? mix(mix(series.key, 21), price) % 3 : 0;

const walk = (from: number, steps: number, next: (price: number) => number): number => {
  let price = from;
  for (let i = 0; i < steps; i += 1) price = next(price);
  return price;
};

/** Everything about the order books of one market. */
export interface BookMaker {
  /** The book at a time; undefined before the first trade. `depth` levels a side at most. */
  readonly at: (time: number, depth?: number) => Book | undefined;
  readonly touchOf: (trade: RawTrade) => Touch;
  readonly sizeAt: (side: 'ask' | 'bid', price: number, time: number) => number;
}

export const createBookMaker = (ledger: Ledger, activity: number): BookMaker => {
  const { series } = ledger;
  const { grid, instrument, key } = series;
  const period = periodOf(series, activity);
  const typical = max(2, (instrument.turnover / instrument.price) * 10 ** series.volumeScale);

  const touchOf = (trade: RawTrade): Touch => {
    const dice = mixWide(mix(key, 22), trade.time + trade.order);
    const spread = instrument.rate < 0.05 ? 1 + (dice % 3) : 1 + (dice % 8 === 0 ? 1 : 0);
    return trade.buy
      ? { ask: trade.price, bid: walk(trade.price, spread, grid.down) }
      : { ask: walk(trade.price, spread, grid.up), bid: trade.price };
  };

  /** When the level last took another size, and which of its sizes that is. */
  const ageOf = (side: number, price: number, time: number): { era: number; since: number; dice: number } => {
    const dice = mix(mix(key, side), price);
    const length = period * (1 + (dice % 7));
    const phase = ((dice >>> 8) % (length / BOOK_GRID)) * BOOK_GRID;
    const era = floor((time + phase) / length);
    return { era, since: era * length - phase, dice };
  };

  const sizeOf = (dice: number, era: number): number => {
    const u = unit(mixWide(dice, era));
    return 1 + floor(typical * (0.05 + 6 * u * u * u));
  };

  const sizeAt: BookMaker['sizeAt'] = (side, price, time) => {
    const { era, dice } = ageOf(side === 'ask' ? ASK : BID, price, onGrid(time));
    return sizeOf(dice, era);
  };

  const side = (code: number, best: number, time: number, depth: number, next: (price: number) => number) => {
    const levels: Level[] = [];
    let changedAt = 0;
    let price = best;
    while (levels.length < depth && price > 0) {
      const { era, since, dice } = ageOf(code, price, time);
      if (since > changedAt) changedAt = since;
      levels.push({ price, size: sizeOf(dice, era) });
      price = walk(price, 1 + holes(series, price), next);
    }
    return { levels, changedAt };
  };

  const depthOf = (name: 'ask' | 'bid', wanted: number, time: number): number => {
    if (instrument.thinSide !== name) return wanted;
    return min(wanted, 3 + (mix(mix(key, 23), floor(time / HOUR)) % 22));
  };

  const at: BookMaker['at'] = (time, depth = BOOK_DEPTH) => {
    const now = onGrid(time);
    const trade = ledger.lastBefore(now + 1);
    if (trade === undefined) return undefined;
    const touch = touchOf(trade);
    const wanted = min(depth, DEEPEST);
    const asks = side(ASK, touch.ask, now, depthOf('ask', wanted, now), grid.up);
    const bids = side(BID, touch.bid, now, depthOf('bid', wanted, now), grid.down);
    const traded = ceil(trade.time / BOOK_GRID) * BOOK_GRID;
    // The length of a thin side is drawn anew each hour.
    const thinned = instrument.thinSide === undefined ? 0 : floor(now / HOUR) * HOUR;
    return {
      changedAt: max(traded, thinned, asks.changedAt, bids.changedAt),
      asks: asks.levels,
      bids: bids.levels,
    };
  };

  return { at, touchOf, sizeAt };
};
