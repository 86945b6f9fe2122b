import { mix, mixWide, unit } from '../random.js';
import type { Instrument } from './catalogue.js';
import type { PriceGrid } from './price-grid.js';

export const DAY = 86_400_000;

/** The frame of one UTC day: where it opens and closes, and exactly how far the price goes, in steps of the grid. */
export interface DayFrame {
  readonly start: number;
  readonly high: number;
  readonly low: number;
  /** Starts of the segments in which the extremes are traded, ms. */
  readonly highAt: number;
  readonly lowAt: number;
  /** The four points between which the day's price moves, in time order. */
  readonly points: readonly (readonly [at: number, price: number])[];
}

/** [period in days, amplitude] of the slow movements. */
const SLOW: readonly (readonly [number, number])[] = [
  [400, 0.45],
  [120, 0.25],
  [30, 0.12],
  [7, 0.05],
  [1, 0.02],
];
/** The price of a market with volatility 1 stays within e^±this of its typical price. */
export const SLOW_REACH = 0.9;
/** [period in ms, relative amplitude] of the movements within a day. */
const QUICK: readonly (readonly [number, number])[] = [
  [3_600_000, 0.0045],
  [900_000, 0.002],
  [240_000, 0.001],
  [60_000, 0.0005],
  [15_000, 0.0002],
];
const CALM = 1_200_000;
const REMEMBERED_DAYS = 600;

const smooth = (x: number): number => x * x * (3 - 2 * x);

/** Value noise in [−1, 1]: hashed values on a lattice, joined smoothly. */
const noise = (key: number, x: number): number => {
  const cell = Math.floor(x);
  const a = unit(mixWide(key, cell));
  const b = unit(mixWide(key, cell + 1));
  return 2 * (a + (b - a) * smooth(x - cell)) - 1;
};

export interface PricePath {
  readonly day: (index: number) => DayFrame;
  /** The price around which trades happen at a time, in steps, not rounded. */
  readonly at: (time: number, frame: DayFrame) => number;
}

/** The price of a market at any time, without the times before it. */
export const createPricePath = (
  instrument: Instrument,
  grid: PriceGrid,
  key: number,
  segment: number,
  reach: number,
): PricePath => {
  const typical = instrument.price / grid.step;
  const slowKeys = SLOW.map((_, i) => mix(key, 100 + i));
  const quickKeys = QUICK.map((_, i) => mix(key, 200 + i));
  const frames = new Map<number, DayFrame>();

  const midnight = (index: number): number => {
    let sum = 0;
    for (const [i, [period, amplitude]] of SLOW.entries()) sum += amplitude * noise(slowKeys[i] ?? 0, index / period);
    return typical * Math.exp(instrument.volatility * sum);
  };

  const frameOf = (index: number): DayFrame => {
    const dice = (n: number): number => unit(mix(mix(key, 300 + n), index));
    const [from, to] = [midnight(index), midnight(index + 1)];
    const span = (n: number): number => instrument.volatility * (0.003 + 0.03 * dice(n) ** 2);
    const top = Math.max(from, to) * (1 + span(1));
    const bottom = Math.min(from, to) * (1 - span(2));
    const high = grid.fit(top + grid.tickAt(top) * 2 * reach, 2 * reach);
    const low = grid.fit(bottom - grid.tickAt(bottom) * 2 * reach, 2 * reach);
    const segments = DAY / segment;
    const place = (n: number, offset: number): number =>
      index * DAY + Math.floor((offset + 0.48 * dice(n)) * segments) * segment;
    const highFirst = dice(3) < 0.5;
    const highAt = place(4, highFirst ? 0.01 : 0.5);
    const lowAt = place(5, highFirst ? 0.5 : 0.01);
    const extremes: [number, number][] = highFirst
      ? [
          [highAt, high],
          [lowAt, low],
        ]
      : [
          [lowAt, low],
          [highAt, high],
        ];
    const start = index * DAY;
    return { start, high, low, highAt, lowAt, points: [[start, from], ...extremes, [start + DAY, to]] };
  };

  const day = (index: number): DayFrame => {
    const known = frames.get(index);
    if (known !== undefined) return known;
    const frame = frameOf(index);
    if (frames.size >= REMEMBERED_DAYS)
      for (const oldest of frames.keys()) {
        frames.delete(oldest);
        break;
      }
    frames.set(index, frame);
    return frame;
  };

  const at = (time: number, frame: DayFrame): number => {
    let i = 1;
    while (i < 3 && time >= (frame.points[i]?.[0] ?? 0)) i += 1;
    const [from, a] = frame.points[i - 1] ?? [0, 0];
    const [until, b] = frame.points[i] ?? [0, 0];
    const trend = a + (b - a) * smooth((time - from) / (until - from));
    // The quick movements fade out around the extremes, so that the extremes are reached without a jump.
    const calm = Math.min(1, Math.abs(time - frame.highAt) / CALM, Math.abs(time - frame.lowAt) / CALM);
    let sum = 0;
    for (let j = 0; j < QUICK.length; j += 1) {
      const [period, amplitude] = QUICK[j] ?? [1, 0];
      sum += amplitude * noise(quickKeys[j] ?? 0, time / period);
    }
    return trend * (1 + instrument.volatility * calm * sum);
  };

  return { day, at };
};
