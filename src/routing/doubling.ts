/** An amount that doubles each time, from `first` up to `most`; it starts again when `memory` ms have passed meanwhile. */
export interface Range {
  readonly first: number;
  readonly most: number;
  readonly memory?: number;
}

export class Doubling {
  private amount: number | undefined;
  private at = -Infinity;

  constructor(private readonly range: Range) {}

  next(now: number): number {
    const { first, most, memory = Infinity } = this.range;
    this.amount = this.amount === undefined || now - this.at >= memory ? first : Math.min(most, 2 * this.amount);
    this.at = now;
    return this.amount;
  }

  reset(): void {
    this.amount = undefined;
  }
}
