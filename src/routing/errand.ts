import { Subscription } from 'rxjs';

/**
 * One thing under way at a time, such as a timer or a call: what is started takes the place of what was there, and is let
 * go at once when it was stopped while it began, or when the whole it belongs to is over.
 */
export class Errand {
  private current = Subscription.EMPTY;

  constructor(private readonly whole: Subscription) {}

  start(begin: () => Subscription): void {
    this.stop();
    if (this.whole.closed) return;
    const current = new Subscription();
    this.current = current;
    this.whole.add(current);
    current.add(begin());
  }

  stop(): void {
    this.current.unsubscribe();
  }

  /** Whether it was started and not stopped since, also when it has come to its end by itself. */
  get isOn(): boolean {
    return !this.current.closed;
  }
}
