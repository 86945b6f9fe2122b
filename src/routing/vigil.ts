import { asyncScheduler, defaultIfEmpty, take, type Observable, type SchedulerLike, type Subscription } from 'rxjs';
import { toMarketDataError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import { Doubling } from './doubling.js';
import { Errand } from './errand.js';
import { together } from './grid.js';
import type { Standing } from './standing.js';
import { after, patiently } from './waits.js';

/** A look that found out nothing, because REST could not be asked, is repeated after this long, ms. */
const LOOK_AGAIN = { first: 1_000, most: 30_000 };
/** After a frame that could not be read one looks this soon, ms. */
const LOOK_AFTER_LOSS = { first: 100, most: 10_000, memory: 30_000 };
/** A stream that has lost so many frames in a row is as good as silent. */
const LOST = 3;
/** While something that is missing is being fetched, the silence is looked at again after this long, ms. */
const REPAIRING = 1_000;

export interface VigilOptions {
  readonly standing: Standing;
  /** Looks for what the live stream should have told by now: emits it, oldest first, and completes. */
  readonly look: () => Observable<readonly MarketEvent[]>;
  /** How much later than elsewhere a healthy live stream may tell something, ms. */
  readonly grace: number;
  /** Live events so far. */
  readonly words: () => number;
  /** Whether something that is missing is being fetched. */
  readonly isRepairing: () => boolean;
  /** Something was found elsewhere; whether the live stream tells it in time is not clear yet. */
  readonly onFound: () => void;
  /** For a frame that was lost; the stream itself is well. */
  readonly onMadeUp: (found: readonly MarketEvent[]) => void;
  /** It did not speak at all. */
  readonly onStale: (found: readonly MarketEvent[]) => void;
  /** It spoke, and has gone past what was found or is about to. */
  readonly onOvertaken: (found: readonly MarketEvent[]) => void;
  /** Told an error of a look that no later look can mend. */
  readonly fail: (error: unknown) => void;
  /** Everything ends when this does. */
  readonly whole: Subscription;
  readonly scheduler?: SchedulerLike;
}

/**
 * Watches over a live stream that speaks: when it is silent longer than it can be trusted, or lost a frame, one looks
 * elsewhere for what it should have told. Silence alone proves nothing.
 */
export class Vigil {
  /** A look, or the wait for it. */
  private readonly looking: Errand;
  /** The wait after a loss. */
  private readonly alarm: Errand;
  private readonly lookAgain = new Doubling(LOOK_AGAIN);
  private readonly lookAfterLoss = new Doubling(LOOK_AFTER_LOSS);
  private readonly scheduler: SchedulerLike;
  /** Whether a look is under way, or what it found is not judged yet: another one would only begin it anew. */
  private isLooking = false;
  /** Frames lost without a word between them, and how many words there were before. */
  private losses = 0;
  private wordsBefore = -1;

  constructor(private readonly options: VigilOptions) {
    this.scheduler = options.scheduler ?? asyncScheduler;
    this.looking = new Errand(options.whole);
    this.alarm = new Errand(options.whole);
  }

  /** Looks when the silence can be trusted no longer. */
  keep(): void {
    const { standing } = this.options;
    this.isLooking = false;
    after(this.looking, standing.trustLeft(this.scheduler.now()), () => this.check(), this.scheduler);
  }

  /** Looks soon: a frame that may have said something could not be read. */
  hurry(): void {
    const words = this.options.words();
    this.losses = words === this.wordsBefore ? this.losses + 1 : 1;
    this.wordsBefore = words;
    if (!this.alarm.isOn) this.makeUpAfter(this.lookAfterLoss.next(this.scheduler.now()));
  }

  /** Looks now; `grace` as in the options, where less is known to do. */
  look(grace = this.options.grace): void {
    this.ask((found, before) => this.onFound(found, before, grace));
  }

  /** Nobody need look any more. */
  end(): void {
    this.isLooking = false;
    this.looking.stop();
    this.alarm.stop();
  }

  /** Looks for what a lost frame may have told; a look that is under way may have begun before it was lost. */
  private makeUpAfter(delay: number): void {
    const act = (): void => {
      this.alarm.stop();
      if (this.isLooking) this.makeUpAfter(LOOK_AFTER_LOSS.first);
      else this.ask((found, before) => this.onMadeUp(found, before));
    };
    after(this.alarm, together(this.scheduler.now(), delay), act, this.scheduler);
  }

  /** Looks, unless somebody is looking; `before` is how much the live stream had said by then. */
  private ask(judge: (found: readonly MarketEvent[], before: number) => void): void {
    if (this.isLooking) return;
    this.isLooking = true;
    const { look, words } = this.options;
    const before = words();
    const found$ = look().pipe(take(1), defaultIfEmpty([]));
    this.looking.start(() =>
      found$.subscribe({
        next: (found) => judge(found, before),
        error: (error: unknown) => this.onFailed(error),
      }),
    );
  }

  private check(): void {
    const { isRepairing, standing } = this.options;
    if (isRepairing()) after(this.looking, REPAIRING, () => this.check(), this.scheduler);
    else if (standing.trustLeft(this.scheduler.now()) > 0) this.keep();
    else this.look();
  }

  private onFound(found: readonly MarketEvent[], before: number, grace: number): void {
    const { standing, words, onFound } = this.options;
    this.lookAgain.reset();
    if (found.length === 0) {
      if (words() === before) standing.quiet(this.scheduler.now());
      this.keep();
      return;
    }
    // What was found may reach the live stream a little later; until it has, what was told is not fresh.
    if (words() === before) standing.suspect();
    onFound();
    patiently(this.looking, grace, () => this.judge(found, before), this.scheduler);
  }

  /** That the live stream does not tell again what was in a lost frame is no sign, unless it loses all of them. */
  private onMadeUp(found: readonly MarketEvent[], before: number): void {
    const { standing, words, onMadeUp, onStale } = this.options;
    if (found.length > 0 && this.losses >= LOST && words() === before) {
      onStale(found);
      return;
    }
    onMadeUp(found);
    standing.sure(this.scheduler.now());
    this.keep();
  }

  private onFailed(error: unknown): void {
    if (!toMarketDataError(error).retryable) {
      this.options.fail(error);
      return;
    }
    this.isLooking = false;
    const now = this.scheduler.now();
    after(this.looking, together(now, this.lookAgain.next(now)), () => this.check(), this.scheduler);
  }

  private judge(found: readonly MarketEvent[], before: number): void {
    const { words, onStale, onOvertaken } = this.options;
    this.isLooking = false;
    if (words() === before) {
      onStale(found);
      return;
    }
    onOvertaken(found);
    this.check();
  }
}
