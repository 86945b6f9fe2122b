import type { Segment } from './series.js';
import type { Tape } from './tape.js';
import type { RawTrade } from './trade.js';

/** What the trades of a window amount to, exact. */
export interface Tally {
  readonly count: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In the market's smallest size. */
  readonly volume: bigint;
  /** Taker-buy part of the volume. */
  readonly bought: bigint;
  /** Price steps × smallest sizes. */
  readonly turnover: bigint;
  readonly lastTime: number;
  readonly lastOrder: number;
}

const SAFE = 2 ** 52;

/** A sum of safe integers that may itself exceed 2^53. */
class Sum {
  private total = 0n;
  private pending = 0;

  add(value: number): void {
    if (this.pending + value > SAFE) this.flush();
    this.pending += value;
  }

  addBig(value: bigint): void {
    this.total += value;
  }

  read(): bigint {
    this.flush();
    return this.total;
  }

  private flush(): void {
    this.total += BigInt(this.pending);
    this.pending = 0;
  }
}

/** Adds up trades, whole segments and other tallies, in time order. */
export class TallyBuilder {
  private count = 0;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private lastTime = 0;
  private lastOrder = 0;
  private readonly volume = new Sum();
  private readonly bought = new Sum();
  private readonly turnover = new Sum();

  addTrade(trade: RawTrade): void {
    this.prices(1, trade.price, trade.price, trade.price, trade.price);
    this.last(trade.time, trade.order);
    this.volume.add(trade.volume);
    if (trade.buy) this.bought.add(trade.volume);
    this.turnover.add(trade.volume * trade.price);
  }

  /** Adds a whole segment without listing its trades. */
  addSegment(tape: Tape, segment: Segment): void {
    const { row, count, base, tick, lot } = segment;
    const end = row + count;
    const sum = (totals: Float64Array): number => (totals[end] ?? 0) - (totals[row] ?? 0);
    const weight = sum(tape.weightBefore);
    this.prices(
      count,
      base + (tape.offset[row] ?? 0) * tick,
      base + tape.highest(row, count) * tick,
      base + tape.lowest(row, count) * tick,
      base + (tape.offset[end - 1] ?? 0) * tick,
    );
    this.volume.add(weight * lot);
    this.bought.add(sum(tape.buyWeightBefore) * lot);
    this.turnover.add((base * weight + tick * sum(tape.weightedOffsetBefore)) * lot);
  }

  addTally(tally: Tally): void {
    this.prices(tally.count, tally.open, tally.high, tally.low, tally.close);
    this.last(tally.lastTime, tally.lastOrder);
    this.volume.addBig(tally.volume);
    this.bought.addBig(tally.bought);
    this.turnover.addBig(tally.turnover);
  }

  /** Time of the last trade; a segment added whole does not tell it by itself. */
  last(time: number, order: number): void {
    this.lastTime = time;
    this.lastOrder = order;
  }

  /** The tally, or undefined when there was no trade. */
  read(): Tally | undefined {
    if (this.count === 0) return undefined;
    const { count, open, high, low, close, lastTime, lastOrder } = this;
    const [volume, bought, turnover] = [this.volume.read(), this.bought.read(), this.turnover.read()];
    return { count, open, high, low, close, volume, bought, turnover, lastTime, lastOrder };
  }

  private prices(count: number, open: number, high: number, low: number, close: number): void {
    if (this.count === 0) [this.open, this.high, this.low] = [open, high, low];
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
    this.close = close;
    this.count += count;
  }
}
