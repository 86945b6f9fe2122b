/** How much somebody who waits is in a hurry. */
export type Priority = 'critical' | 'high' | 'normal' | 'low';

/** The lanes, first come first, and how often in a row one that is not empty may be passed over. */
const LANES = [
  { priority: 'critical', patience: Infinity },
  { priority: 'high', patience: 7 },
  { priority: 'normal', patience: 15 },
  { priority: 'low', patience: 31 },
] as const satisfies readonly { readonly priority: Priority; readonly patience: number }[];

interface Lane<T> {
  readonly priority: Priority;
  readonly patience: number;
  readonly waiting: Set<T>;
  passedOver: number;
}

/**
 * Who waits for the same thing, in lanes: critical before high before normal before low, and first come first served
 * within a lane. No lane starves: of the turns taken while somebody waits in it, `high` gets at least every 10th,
 * `normal` every 17th and `low` every 32nd, and `critical` at least every 4th.
 *
 * Coming, leaving and being called cost the same however many wait.
 */
export class WaitingLine<T> {
  private readonly lanes = LANES.map((lane): Lane<T> => ({ ...lane, waiting: new Set(), passedOver: 0 }));

  get size(): number {
    return this.lanes.reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  /** Gives back how to leave. */
  enter(one: T, priority: Priority): () => void {
    const lane = this.lanes.find((each) => each.priority === priority);
    if (lane?.waiting.size === 0) lane.passedOver = 0;
    lane?.waiting.add(one);
    return () => lane?.waiting.delete(one);
  }

  /** Calls the one whose turn it is out of the line. */
  next(): T | undefined {
    const busy = this.lanes.filter(({ waiting }) => waiting.size > 0);
    const turn = busy.findLast(({ passedOver, patience }) => passedOver >= patience) ?? busy[0];
    for (const lane of busy) lane.passedOver = lane === turn ? 0 : lane.passedOver + 1;
    const called = turn?.waiting.values().next();
    if (called === undefined || called.done === true) return undefined;
    turn?.waiting.delete(called.value);
    return called.value;
  }

  /** Calls everybody out of the line. */
  clear(): readonly T[] {
    const all = this.lanes.flatMap(({ waiting }) => [...waiting]);
    for (const { waiting } of this.lanes) waiting.clear();
    return all;
  }
}
