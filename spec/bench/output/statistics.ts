/** The middle value; of an even number of values the mean of the middle two. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
};

/** The median of the rounds' own ratios: what disturbed one round disturbed both sides of it. */
export const medianRatio = (values: readonly number[], bases: readonly number[]): number =>
  median(values.map((value, round) => value / (bases[round] ?? NaN)));

/** Every contestant once a round, in turn; the first round only warms up. */
export const inTurn = async <K extends string, T>(
  rounds: number,
  contestants: readonly K[],
  run: (contestant: K, round: number) => T | Promise<T>,
): Promise<ReadonlyMap<K, readonly T[]>> => {
  const results = new Map<K, T[]>(contestants.map((contestant): [K, T[]] => [contestant, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contestant of contestants) {
      const result = await run(contestant, round);
      if (round > 0) results.get(contestant)?.push(result);
    }
  }
  return results;
};
