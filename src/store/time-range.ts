/** A stretch of time, half-open: `from` belongs to it, `to` does not. Both ms UTC. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The same instants in as few ranges as possible, oldest first; ranges that touch become one. */
export const union = (ranges: readonly TimeRange[]): readonly TimeRange[] => {
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of ranges.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
};

/** What is left of `ranges` without `taken`, oldest first. */
export const without = (ranges: readonly TimeRange[], taken: readonly TimeRange[]): readonly TimeRange[] =>
  union(taken).reduce<readonly TimeRange[]>(
    (left, { from, to }) =>
      left.flatMap((range) =>
        range.to <= from || range.from >= to
          ? [range]
          : [
              { from: range.from, to: Math.min(range.to, from) },
              { from: Math.max(range.from, to), to: range.to },
            ].filter((part) => part.from < part.to),
      ),
    union(ranges),
  );

/** What of `ranges` lies within `bounds`, oldest first. */
export const within = (ranges: readonly TimeRange[], bounds: TimeRange): readonly TimeRange[] =>
  union(ranges.map(({ from, to }) => ({ from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) })));
