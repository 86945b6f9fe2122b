import { createRandom, keyOf } from '../random.js';

const { log, max, min, round } = Math;

const LENGTH = 8192;
/** No segment may need more rows than this. */
export const LONGEST_RUN = LENGTH / 2;

/**
 * A long strip of trade patterns. A segment of the market is a run of consecutive rows, scaled to its price and size.
 * Running totals and range extremes make the sums over any run cost a few look-ups instead of a walk over its trades.
 */
export interface Tape {
  /** The largest distance from the segment's base price, in ticks. */
  readonly reach: number;
  readonly length: number;
  readonly offset: Int8Array;
  readonly weight: Uint16Array;
  readonly buys: Uint8Array;
  readonly jitter: Float64Array;
  /** How many rows back the burst began that this row belongs to; rows of a burst share one millisecond. */
  readonly burst: Uint8Array;
  readonly weightBefore: Float64Array;
  readonly weightedOffsetBefore: Float64Array;
  readonly buyWeightBefore: Float64Array;
  readonly highest: (start: number, count: number) => number;
  readonly lowest: (start: number, count: number) => number;
}

const normal = (random: () => number): number => Math.sqrt(-2 * log(1 - random())) * Math.cos(2 * Math.PI * random());

const runningTotal = (value: (row: number) => number): Float64Array => {
  const totals = new Float64Array(LENGTH + 1);
  for (let row = 0; row < LENGTH; row += 1) totals[row + 1] = (totals[row] ?? 0) + value(row);
  return totals;
};

/** A sparse table: level k holds the extreme of every run of 2^k rows. */
const rangeExtreme = (values: Int8Array, pick: (a: number, b: number) => number) => {
  const levels: Int8Array[] = [values];
  for (let width = 1; width * 2 <= LENGTH; width *= 2) {
    const below = levels.at(-1) ?? values;
    levels.push(Int8Array.from(values, (_, i) => pick(below[i] ?? 0, below[i + width] ?? below[i] ?? 0)));
  }
  return (start: number, count: number): number => {
    const level = 31 - Math.clz32(count);
    const row = levels[level] ?? values;
    return pick(row[start] ?? 0, row[start + count - (1 << level)] ?? 0);
  };
};

const offsetFor = (wander: number, buy: boolean, reach: number): number => {
  if (reach === 1) return buy ? 1 : 0;
  return max(-reach, min(reach, round(wander) + (buy ? 1 : 0)));
};

/** A tape whose prices stay within `reach` ticks of the base. */
export const createTape = (seed: number, reach: number): Tape => {
  const random = createRandom(keyOf(seed, `tape-${reach}`));
  const offset = new Int8Array(LENGTH);
  const weight = new Uint16Array(LENGTH);
  const buys = new Uint8Array(LENGTH);
  const jitter = new Float64Array(LENGTH);
  const burst = new Uint8Array(LENGTH);
  let wander = 0;
  for (let row = 0; row < LENGTH; row += 1) {
    wander = wander * 0.85 + normal(random) * 0.7;
    const joins = row > 0 && (burst[row - 1] ?? 0) < 5 && random() < 0.18;
    burst[row] = joins ? (burst[row - 1] ?? 0) + 1 : 0;
    const buy = joins ? buys[row - 1] === 1 : random() < 0.5;
    buys[row] = buy ? 1 : 0;
    offset[row] = offsetFor(wander, buy, reach);
    weight[row] = max(1, min(60_000, round(Math.exp(normal(random) * 1.3) * 100)));
    jitter[row] = random();
  }
  const at = (row: number): number => weight[row] ?? 0;
  return {
    reach,
    length: LENGTH,
    offset,
    weight,
    buys,
    jitter,
    burst,
    weightBefore: runningTotal(at),
    weightedOffsetBefore: runningTotal((row) => at(row) * (offset[row] ?? 0)),
    buyWeightBefore: runningTotal((row) => at(row) * (buys[row] ?? 0)),
    highest: rangeExtreme(offset, max),
    lowest: rangeExtreme(offset, min),
  };
};
