import { mix, unit } from '../random.js';
import { BoundedCache } from './bounded-cache.js';
import type { Instrument } from './catalogue.js';
import type { PriceGrid } from './price-grid.js';

const { abs, floor, max, min } = Math;

export const DAY = 86_400_000;

interface DayPoint {
  readonly at: number;
  /** In steps of the grid. */
  readonly price: number;
}

/** The frame of one UTC day: where it opens and closes, and exactly how far the price goes, in steps of the grid. */
export interface DayFrame {
  readonly start: number;
  readonly high: number;
  readonly low: number;
  /** Starts of the segments in which the extremes are traded, ms. */
  readonly highAt: number;
  readonly lowAt: number;
  /** The four points between which the day's price moves, in time order. */
  readonly points: readonly DayPoint[];
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

/** Value noise in [−1, 1]: hashed values on a lattice, joined smoothly. It remembers the cell it was last asked for. */
const createNoise = (key: number): ((x: number) => number) => {
  let cell = -1;
  let [a, b] = [0, 0];
  return (x) => {
    const wanted = floor(x);
    if (wanted !== cell) {
      cell = wanted;
      a = unit(mix(key, wanted));
      b = unit(mix(key, wanted + 1));
    }
    const u = x - wanted;
    return 2 * (a + (b - a) * u * u * (3 - 2 * u)) - 1;
  };
};

/** A sum of noises, each with its period and amplitude. */
const createOctaves = (key: number, octaves: readonly (readonly [number, number])[]): ((x: number) => number) => {
  const noises = octaves.map((_, i) => createNoise(mix(key, i)));
  const periods = Float64Array.from(octaves, ([period]) => period);
  const amplitudes = Float64Array.from(octaves, ([, amplitude]) => amplitude);
  return (x) => {
    let sum = 0;
    for (let i = 0; i < noises.length; i += 1) sum += (amplitudes[i] ?? 0) * (noises[i]?.(x / (periods[i] ?? 1)) ?? 0);
    return sum;
  };
};

interface PricePath {
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
  const slow = createOctaves(mix(key, 100), SLOW);
  const quick = createOctaves(mix(key, 200), QUICK);
  const frames = new BoundedCache<DayFrame>(REMEMBERED_DAYS);
  let latest: DayFrame | undefined;

  const midnight = (index: number): number => typical * Math.exp(instrument.volatility * slow(index));

  const frameOf = (index: number): DayFrame => {
    const dice = (n: number): number => unit(mix(mix(key, 300 + n), index));
    const [from, to] = [midnight(index), midnight(index + 1)];
    const span = (n: number): number => instrument.volatility * (0.003 + 0.03 * dice(n) ** 2);
    const above = max(from, to) * (1 + span(1));
    const below = min(from, to) * (1 - span(2));
    const high = grid.fit(above + grid.tickAt(above) * 2 * reach, 2 * reach);
    const low = grid.fit(below - grid.tickAt(below) * 2 * reach, 2 * reach);
    const segments = DAY / segment;
    const place = (n: number, offset: number): number =>
      index * DAY + floor((offset + 0.48 * dice(n)) * segments) * segment;
    const highFirst = dice(3) < 0.5;
    const highAt = place(4, highFirst ? 0.01 : 0.5);
    const lowAt = place(5, highFirst ? 0.5 : 0.01);
    const top: DayPoint = { at: highAt, price: high };
    const bottom: DayPoint = { at: lowAt, price: low };
    const start = index * DAY;
    const between = highFirst ? [top, bottom] : [bottom, top];
    const points = [{ at: start, price: from }, ...between, { at: start + DAY, price: to }];
    return { start, high, low, highAt, lowAt, points };
  };

  const day = (index: number): DayFrame => {
    if (latest?.start !== index * DAY) latest = frames.getOrCompute(index, () => frameOf(index));
    return latest;
  };

  const at = (time: number, frame: DayFrame): number => {
    const { points } = frame;
    let i = 1;
    while (i < 3 && time >= (points[i]?.at ?? 0)) i += 1;
    const [from, to] = [points[i - 1], points[i]];
    if (from === undefined || to === undefined) throw new RangeError('a day has four points');
    const trend = from.price + (to.price - from.price) * smooth((time - from.at) / (to.at - from.at));
    // The quick movements fade out around the extremes, so that the extremes are reached without a jump.
    const calm = min(1, abs(time - frame.highAt) / CALM, abs(time - frame.lowAt) / CALM);
    return trend * (1 + instrument.volatility * calm * quick(time));
  };

  return { day, at };
};
