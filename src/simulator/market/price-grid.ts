import { tickBands, tickOf, ticksIn } from './tick-size.js';

const { max, min, round } = Math;

/** A band in steps: prices from `from` up to `until` move by `tick`. */
interface StepBand {
  readonly from: number;
  readonly until: number;
  readonly tick: number;
}

/**
 * The tick grid of one market in whole steps. A step is the smallest tick the market can meet, so every price is an
 * integer count of steps and sums of prices stay exact.
 */
export interface PriceGrid {
  /** One step = `stepUnits` × 10^−`scale` of the quote currency. */
  readonly stepUnits: number;
  readonly scale: number;
  /** Size of a step as a number. */
  readonly step: number;
  /** The tick at a price, in steps. */
  readonly tickAt: (steps: number) => number;
  /** The nearest grid price that keeps `margin` ticks from the ends of its band, so that offsets stay on the grid. */
  readonly fit: (steps: number, margin: number) => number;
  readonly up: (steps: number) => number;
  readonly down: (steps: number) => number;
}

const bandsInSteps = (quote: string, lowest: number): { bands: StepBand[]; stepUnits: number; scale: number } => {
  const smallest = tickOf(quote, lowest);
  const step = smallest.mantissa * 10 ** smallest.exponent;
  let until = Number.MAX_SAFE_INTEGER;
  const bands = tickBands(quote)
    .filter((candidate) => candidate.from >= smallest.from)
    .map((candidate) => {
      const from = round(candidate.from / step);
      const result = { from, until, tick: ticksIn(candidate, smallest) };
      until = from;
      return result;
    });
  const scale = max(0, -smallest.exponent);
  return { bands, stepUnits: round(step * 10 ** scale), scale };
};

/** The grid of a market whose price never falls below `lowest`. */
export const createPriceGrid = (quote: string, lowest: number): PriceGrid => {
  const { bands, stepUnits, scale } = bandsInSteps(quote, lowest);
  const last: StepBand = bands.at(-1) ?? { from: 0, until: Number.MAX_SAFE_INTEGER, tick: 1 };
  const bandAt = (steps: number): StepBand => {
    for (const candidate of bands) if (steps >= candidate.from) return candidate;
    return last;
  };
  const tickAt = (steps: number): number => bandAt(steps).tick;
  const fit = (steps: number, margin: number): number => {
    const { from, until, tick } = bandAt(steps);
    const rounded = round(steps / tick) * tick;
    return max(from + margin * tick, min(until - margin * tick, rounded));
  };
  return {
    stepUnits,
    scale,
    step: stepUnits / 10 ** scale,
    tickAt,
    fit,
    up: (steps) => steps + tickAt(steps),
    down: (steps) => steps - tickAt(steps - 1),
  };
};
