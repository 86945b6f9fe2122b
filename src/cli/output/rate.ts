/** Seconds a rate is averaged over. */
const WINDOW = 5;

/** Events per second over the last five whole seconds, or since it began if that is less. */
export class Rate {
  private readonly counts = new Map<number, number>();
  private first: number | undefined;

  /** `at` is ms UTC. */
  note(at: number): void {
    const second = Math.floor(at / 1_000);
    this.first ??= second;
    this.counts.set(second, (this.counts.get(second) ?? 0) + 1);
    for (const known of this.counts.keys()) {
      if (known < second - WINDOW) this.counts.delete(known);
    }
  }

  perSecond(at: number): number {
    const second = Math.floor(at / 1_000);
    const seconds = Math.min(WINDOW, second - (this.first ?? second));
    if (seconds === 0) return this.counts.get(second) ?? 0;
    let sum = 0;
    for (let back = 1; back <= seconds; back += 1) sum += this.counts.get(second - back) ?? 0;
    return sum / seconds;
  }
}
