/** A sum that grows for as long as the stream runs, with what rounding has cut off so far. */
export interface Total {
  readonly sum: number;
  readonly lost: number;
}

export const NOTHING: Total = { sum: 0, lost: 0 };

/** Adds as if with twice the digits (Neumaier), so that a million small numbers on a large sum are not lost. */
export const plus = ({ sum, lost }: Total, value: number): Total => {
  const next = sum + value;
  const cut = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
  return { sum: next, lost: lost + cut };
};

export const amount = ({ sum, lost }: Total): number => sum + lost;
