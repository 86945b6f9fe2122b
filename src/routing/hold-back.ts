import { defer, type Observable, type Subscription } from 'rxjs';
import { Errand } from './errand.js';

export interface HoldBackOptions<T> {
  /**
   * What must be told before the first value; values are held back until it completes. What cannot be had is its own to
   * tell, and no error.
   */
  readonly missing: (first: T) => Observable<T>;
  /** Whether a value says all that the one held back before it says, and takes its place. */
  readonly supersedes: (value: T, held: T) => boolean;
  /** Most values held back. When one more comes, the missing ones are no longer waited for. */
  readonly most: number;
  /** Called when that happens, before what was held back is told. */
  readonly onOverflow: (first: T) => void;
  /** Told everything, in order. */
  readonly tell: (value: T) => void;
  /** Told an error of what was missing, which ends everything. */
  readonly fail: (error: unknown) => void;
  /** Everything ends when this does. */
  readonly whole: Subscription;
}

/**
 * Puts what a stream has missed in front of what it says: asks for it with the first value after `expect`, tells it, then
 * the values that came meanwhile, then lets pass what comes.
 */
export class HoldBack<T> {
  /** Whether a value would pass as it comes. */
  isOpen = true;
  private held: T[] = [];
  private first: T | undefined;
  private readonly asking: Errand;

  constructor(private readonly options: HoldBackOptions<T>) {
    this.asking = new Errand(options.whole);
  }

  /** The stream may have missed something before its next value. */
  expect(): void {
    this.isOpen = false;
  }

  /** Forgets what is held back: the stream begins anew, and may have missed just that. */
  restart(): void {
    this.asking.stop();
    this.held = [];
    this.first = undefined;
    this.isOpen = false;
  }

  /** Whether values are being held back. */
  get isHolding(): boolean {
    return this.first !== undefined;
  }

  push(value: T): void {
    if (this.isOpen) {
      this.options.tell(value);
      return;
    }
    const before = this.held.at(-1);
    if (before !== undefined && this.options.supersedes(value, before)) this.held.pop();
    this.held.push(value);
    if (this.first === undefined) this.ask(value);
    else if (this.held.length > this.options.most) this.overflow(this.first);
  }

  private ask(first: T): void {
    const { held } = this;
    this.first = first;
    this.asking.start(() =>
      defer(() => this.options.missing(first)).subscribe({
        next: (each) => {
          if (this.held === held) this.options.tell(each);
        },
        error: (error: unknown) => this.options.fail(error),
        complete: () => this.release(held),
      }),
    );
  }

  private overflow(first: T): void {
    this.asking.stop();
    this.options.onOverflow(first);
    this.release(this.held);
  }

  /** Told one by one, since telling may bring in more, or begin the stream anew. */
  private release(held: T[]): void {
    while (this.held === held) {
      const value = held.shift();
      if (value === undefined) {
        this.first = undefined;
        this.isOpen = true;
        return;
      }
      this.options.tell(value);
    }
  }
}
