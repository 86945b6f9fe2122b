import { keyOf, mix, unit } from '../random.js';
import { createPriceGrid, type PriceGrid } from './price-grid.js';
import { createPricePath, DAY, SLOW_REACH, type DayFrame } from './price-path.js';
import { LONGEST_RUN, type Tape } from './tape.js';
import type { Instrument } from './catalogue.js';
import type { RawTrade } from './trade.js';

const { floor, log, max, min, round } = Math;

const HOUR = 3_600_000;
const MEAN_WEIGHT = 230;

/**
 * The trades of one market, cut into short segments of equal length. A segment is a run of tape rows around one base
 * price: it can be summed without being listed, and listed without knowing any other segment.
 */
export interface Segment {
  readonly start: number;
  readonly count: number;
  /** First row of the tape. */
  readonly row: number;
  readonly base: number;
  readonly tick: number;
  /** Volume of a tape weight of 1, in the market's smallest size. */
  readonly lot: number;
}

export interface Series {
  readonly instrument: Instrument;
  readonly grid: PriceGrid;
  readonly tape: Tape;
  readonly key: number;
  /** Length of a segment in ms; it divides a minute. */
  readonly length: number;
  /** Decimal places of a volume. */
  readonly volumeScale: number;
  /** How many trades a segment has; cheap. */
  readonly countAt: (start: number) => number;
  readonly segmentAt: (start: number) => Segment;
  readonly tradesOf: (segment: Segment) => RawTrade[];
  readonly frame: (day: number) => DayFrame;
}

const lengthFor = (rate: number): number => {
  if (rate > 30) return 1_000;
  if (rate > 4) return 5_000;
  if (rate > 0.7) return 10_000;
  return rate > 0.15 ? 15_000 : 60_000;
};

const lotFor = (instrument: Instrument): { volumeScale: number; lot: number } => {
  const volume = instrument.turnover / instrument.price / MEAN_WEIGHT;
  let volumeScale = 8;
  while (volumeScale > 0 && volume * 10 ** volumeScale > 5_000) volumeScale -= 1;
  return { volumeScale, lot: max(2, volume * 10 ** volumeScale) };
};

const listTrades = (tape: Tape, length: number, segment: Segment): RawTrade[] => {
  const trades: RawTrade[] = [];
  let time = 0;
  let order = 0;
  for (let i = 0; i < segment.count; i += 1) {
    const row = segment.row + i;
    const head = max(0, i - (tape.burst[row] ?? 0));
    const at = segment.start + floor(((head + (tape.jitter[segment.row + head] ?? 0)) / segment.count) * length);
    order = at === time ? order + 1 : 0;
    time = at;
    trades.push({
      time,
      order,
      price: segment.base + (tape.offset[row] ?? 0) * segment.tick,
      volume: (tape.weight[row] ?? 0) * segment.lot,
      buy: tape.buys[row] === 1,
    });
  }
  return trades;
};

/** The nearest base price from which no trade can leave the day's extremes or the grid. */
const baseWithin = (grid: PriceGrid, reach: number, frame: DayFrame, wanted: number): number => {
  const base = grid.fit(wanted, reach);
  const ceiling = frame.high - reach * grid.tickAt(frame.high);
  if (base > ceiling) return grid.fit(ceiling, reach);
  const floor = frame.low + reach * grid.tickAt(frame.low);
  return base < floor ? grid.fit(floor, reach) : base;
};

/** The series of a market; `activity` multiplies its trade rate. */
export const createSeries = (
  instrument: Instrument,
  seed: number,
  activity: number,
  tapes: readonly Tape[],
): Series => {
  const key = keyOf(seed, instrument.code);
  const lowest = instrument.price * Math.exp(-instrument.volatility * SLOW_REACH) * 0.9;
  const grid = createPriceGrid(instrument.quote, lowest);
  const coarse = (grid.tickAt(instrument.price / grid.step) * grid.step) / instrument.price > 0.0005;
  const tape = tapes.find(({ reach }) => (reach === 1) === coarse);
  if (tape === undefined) throw new RangeError('a market needs a tape of reach 1 and one of a longer reach');
  const rate = instrument.rate * activity;
  const length = lengthFor(rate);
  const path = createPricePath(instrument, grid, key, length, tape.reach);
  const { volumeScale, lot } = lotFor(instrument);
  const countKey = mix(key, 1);
  const rowKey = mix(key, 2);
  const lotKey = mix(key, 3);
  const moodKey = mix(key, 4);
  const expected = (rate * length) / 1000;

  const countAt = (start: number): number => {
    if (start < instrument.listedAt) return 0;
    const frame = path.day(floor(start / DAY));
    const index = floor(start / length);
    const dice = mix(countKey, index);
    const mood = 0.5 + unit(mix(moodKey, floor(start / HOUR)));
    // Never far below the mean, now and then far above it: busy markets do not pause, thin ones come in clusters.
    const intensity = 0.3 - 0.7 * log(1 - unit(dice));
    const drawn = floor(intensity * mood * expected + unit(mix(dice, 1)));
    const planted = start === frame.highAt || start === frame.lowAt ? 1 : 0;
    return min(LONGEST_RUN, max(planted, drawn));
  };

  /** The tick of a segment: that of the extreme it touches, else that of its base price. */
  const tickAt = (start: number, frame: DayFrame, base: number): number => {
    if (start === frame.highAt) return grid.tickAt(frame.high);
    return grid.tickAt(start === frame.lowAt ? frame.low : base);
  };

  const baseAt = (start: number, frame: DayFrame, row: number, count: number): number => {
    if (start === frame.highAt) return frame.high - tape.highest(row, count) * grid.tickAt(frame.high);
    if (start === frame.lowAt) return frame.low - tape.lowest(row, count) * grid.tickAt(frame.low);
    return baseWithin(grid, tape.reach, frame, path.at(start, frame));
  };

  const segmentAt = (start: number): Segment => {
    const count = countAt(start);
    if (count === 0) return { start, count, row: 0, base: 0, tick: 1, lot: 0 };
    const index = floor(start / length);
    const frame = path.day(floor(start / DAY));
    const row = mix(rowKey, index) % (tape.length - count);
    const scaled = max(1, round(lot * (0.4 + 1.2 * unit(mix(lotKey, index)))));
    const base = baseAt(start, frame, row, count);
    return { start, count, row, base, tick: tickAt(start, frame, base), lot: scaled };
  };

  return {
    instrument,
    grid,
    tape,
    key,
    length,
    volumeScale,
    countAt,
    segmentAt,
    tradesOf: (segment) => listTrades(tape, length, segment),
    frame: path.day,
  };
};
