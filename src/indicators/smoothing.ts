import type { State } from './state.js';

class Smoothing implements State<number, number> {
  constructor(
    private readonly period: number,
    private readonly weight: number,
    /** Inputs and their sum, until the mean of the first ones is known. */
    private readonly count: number,
    private readonly sum: number,
    readonly value: number | undefined,
  ) {}

  next(input: number): State<number, number> {
    const { period, weight, value } = this;
    if (value !== undefined) return new Smoothing(period, weight, 0, 0, value + weight * (input - value));
    const count = this.count + 1;
    const sum = this.sum + input;
    return new Smoothing(period, weight, count, sum, count === period ? sum / period : undefined);
  }
}

/** Exponential smoothing: the mean of the first `period` numbers, from then on moved by `weight` towards each next one. */
const smoothing = (period: number, weight: number): State<number, number> =>
  new Smoothing(period, weight, 0, 0, undefined);

/** Smoothing with weight 2 / (period + 1). */
export const emaState = (period: number): State<number, number> => smoothing(period, 2 / (period + 1));

/** Wilder's smoothing, with weight 1 / period. */
export const rmaState = (period: number): State<number, number> => smoothing(period, 1 / period);
