import type { SchedulerLike, Subscription } from 'rxjs';

/** Longest wait given to a timer at once, ms: timers cannot wait longer than 2^31 ms, and months are longer. */
const LONGEST_WAIT = 2 ** 30;

/** One timer for the earliest of many instants. */
export class Alarm {
  private at = Infinity;
  private timer: Subscription | undefined;

  constructor(
    private readonly scheduler: SchedulerLike,
    /** Called when the instant has come, or after the longest wait before it. */
    private readonly ring: () => void,
  ) {}

  /** Rings at `instant`, ms UTC, unless it rings before that anyway. */
  set(instant: number): void {
    if (instant >= this.at) return;
    this.at = instant;
    this.timer?.unsubscribe();
    const wait = Math.min(Math.max(0, instant - this.scheduler.now()), LONGEST_WAIT);
    this.timer = this.scheduler.schedule(() => {
      this.at = Infinity;
      this.ring();
    }, wait);
  }

  stop(): void {
    this.timer?.unsubscribe();
  }
}
