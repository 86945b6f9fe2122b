import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

/** While it stands still, it is looked at again after this long, ms. */
const LOOK_AGAIN = 100;

/**
 * A clock that goes only as far as a stream is known to have been told: while nothing can be heard, time stands still for
 * whatever goes by it, so that nothing is called done of which nobody could have heard more.
 */
export class KnownTime implements SchedulerLike {
  constructor(
    private readonly scheduler: SchedulerLike,
    /** ms UTC. */
    private readonly known: () => number,
  ) {}

  now(): number {
    return Math.min(this.scheduler.now(), this.known());
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
    // By the real clock it is earlier. Whoever is woken and finds that it is not yet known comes back.
    const behind = this.scheduler.now() - this.now();
    const wait = behind > 0 ? Math.max(delay - behind, LOOK_AGAIN) : delay;
    return this.scheduler.schedule(work, wait, state);
  }
}
