/** Timers that all stop together. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();
  private stopped = false;

  after(ms: number, act: () => void): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, ms);
    this.running.add(timer);
  }

  /** Stops every timer; none can be started afterwards. */
  stop(): void {
    this.stopped = true;
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
