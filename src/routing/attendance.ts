import { Subscription, asyncScheduler, defaultIfEmpty, take, type SchedulerLike, type Subscriber } from 'rxjs';
import { toMarketDataError } from '../errors.js';
import { unmarked, type MarketEvent } from '../model/events.js';
import type { AttendOptions } from './attend-options.js';
import { Doubling } from './doubling.js';
import { Errand } from './errand.js';
import { together } from './grid.js';
import { HoldBack } from './hold-back.js';

/** A look that found out nothing, because REST could not be asked, is repeated after this long, ms. */
const LOOK_AGAIN = { first: 1_000, most: 30_000 };
/** A silent stream is begun anew at once, and again after this long, ms. */
const BEGIN_AGAIN = { first: 5_000, most: 60_000 };
/** A stream that lost a frame is begun anew after this long, ms. */
const BEGIN_AFTER_LOSS = { first: 10, most: 10_000, memory: 30_000 };
/** Nobody waits longer than this for a stream to begin anew before the helper speaks, ms. */
const SHORT = 300;
/** What comes within this after the exchange was asked may be its answer, and no sign of life, ms. */
const ANSWER = 1_500;
/** Pieces of news that a stale stream must tell before it is believed, more each time it is stale again. */
const PROOF = { first: 2, most: 16, memory: 300_000 };
/** While something that is missing is being fetched, the silence is looked at again after this long, ms. */
const REPAIRING = 1_000;

/** The state of one subscription to `attend`. */
export class Attendance {
  private readonly whole = new Subscription();
  private readonly live = new Errand(this.whole);
  private readonly helping = new Errand(this.whole);
  /** A look at the silence, or the wait for it. */
  private readonly looking = new Errand(this.whole);
  /** The wait for the next beginning. */
  private readonly beginning = new Errand(this.whole);
  private readonly lookAgain = new Doubling(LOOK_AGAIN);
  private readonly beginAgain = new Doubling(BEGIN_AGAIN);
  private readonly beginAfterLoss = new Doubling(BEGIN_AFTER_LOSS);
  private readonly proof = new Doubling(PROOF);
  private readonly gate: HoldBack<MarketEvent>;
  private readonly scheduler: SchedulerLike;
  /** Whether the live stream speaks, and was not found stale since. */
  private believed = false;
  /** Pieces of news still wanted of a stale stream. */
  private wanted = 0;
  /** Live events so far. */
  private words = 0;
  private begunAt = -Infinity;
  /** An answer of the exchange before which something may have been left out, and whether something was. */
  private suspect: MarketEvent | undefined;
  private mended = false;

  constructor(
    private readonly options: AttendOptions,
    private readonly subscriber: Subscriber<MarketEvent>,
  ) {
    const { standing, missing, supersedes, most, onOverflow, scheduler = asyncScheduler } = options;
    this.scheduler = scheduler;
    const tell = (event: MarketEvent): void => this.tellHeld(event);
    const fail = (error: unknown): void => this.fail(error);
    this.gate = new HoldBack({ missing, supersedes, most, onOverflow, tell, fail, whole: this.whole });
    subscriber.add(this.whole);
    standing.lost();
    this.whole.add(() => standing.lost());
  }

  /** Begins the live stream, also anew. */
  begin(): void {
    const { live, patience } = this.options;
    this.gate.restart();
    this.suspect = undefined;
    this.begunAt = this.scheduler.now();
    if (!this.helping.isOn) this.patiently(this.looking, patience, () => this.unheard());
    this.live.start(() =>
      live().subscribe({ next: (event) => this.onLive(event), error: (error: unknown) => this.onError(error) }),
    );
  }

  private onLive(event: MarketEvent): void {
    if (event.snapshot === true && this.believed) {
      this.onAnswer(event);
      return;
    }
    this.words += 1;
    if (!this.believed) {
      if (!this.earnsBelief(event)) return;
      this.believe();
    }
    if (this.gate.isOpen) this.pass(event);
    else this.gate.push(event);
  }

  /** The exchange was asked, on whosever behalf: what it answers is no sign of life. */
  private onAnswer(event: MarketEvent): void {
    if (this.gate.isOpen && this.options.skips(event)) {
      this.suspect = event;
      this.mended = false;
      this.gate.expect();
    }
    if (this.gate.isOpen) this.tell(event);
    else this.gate.push(event);
  }

  /** Something comes through the gate, or is put in front of what does. */
  private tellHeld(event: MarketEvent): void {
    if (event.tier !== 'live-subscription') {
      if (this.tell(event)) this.mended = true;
      return;
    }
    const isSuspect = event === this.suspect;
    // The stream has left something out, and did not even know. REST will tell this, too.
    if (isSuspect && this.mended) this.stale([]);
    else if (event.snapshot === true && !isSuspect && this.options.standing.heardAt > -Infinity) this.tell(event);
    else this.pass(event);
  }

  private pass(event: MarketEvent): void {
    this.options.standing.heard(event.receivedAt);
    if (this.options.takes(event)) this.subscriber.next(unmarked(event));
  }

  private tell(event: MarketEvent): boolean {
    const isTaken = this.options.takes(event);
    if (isTaken) this.subscriber.next(unmarked(event));
    return isTaken;
  }

  private fail(error: unknown): void {
    this.subscriber.error(error);
  }

  /** A stale stream must do better than answer, each time the exchange is asked, with what is told anyway. */
  private earnsBelief(event: MarketEvent): boolean {
    if (this.wanted === 0) return true;
    const { isNews, asked = () => -Infinity } = this.options;
    const isAnswer = event.snapshot === true || event.receivedAt - Math.max(this.begunAt, asked()) <= ANSWER;
    if (!isAnswer && isNews(event)) {
      this.wanted -= 1;
      // It is alive, and need not be begun anew for now.
      this.insistLater();
    }
    return this.wanted === 0;
  }

  private believe(): void {
    this.believed = true;
    this.helping.stop();
    this.beginning.stop();
    this.beginAgain.reset();
    this.lookLater();
  }

  private doubt(): void {
    this.believed = false;
    this.options.standing.lost();
    this.looking.stop();
  }

  private onError(cause: unknown): void {
    const error = toMarketDataError(cause);
    if (error.code !== 'BAD_PAYLOAD' || !error.retryable) {
      this.fail(cause);
      return;
    }
    this.options.onLoss(error);
    this.doubt();
    this.gate.restart();
    const wait = this.beginAfterLoss.next(this.scheduler.now());
    this.after(this.beginning, wait, () => (this.helping.isOn ? this.insist() : this.begin()));
    if (wait > SHORT) this.help();
  }

  /** Begins anew, again and again until the stream speaks. */
  private insist(): void {
    this.begin();
    // It may have spoken at once.
    if (this.helping.isOn) this.insistLater();
  }

  private insistLater(): void {
    const now = this.scheduler.now();
    this.after(this.beginning, together(now, this.beginAgain.next(now)), () => this.insist());
  }

  private help(): void {
    if (this.helping.isOn) return;
    this.helping.start(() =>
      this.options.helper$.subscribe({
        next: (event) => this.tell(event),
        error: (error: unknown) => this.fail(error),
      }),
    );
  }

  private unheard(): void {
    const { asked = () => this.begunAt, patience, onSilent } = this.options;
    const now = this.scheduler.now();
    const isAsked = asked() >= this.begunAt;
    // Asking may have had to wait its turn, which is no fault of the stream.
    const left = isAsked ? asked() + patience - now : patience;
    if (left > 0) {
      this.patiently(this.looking, left, () => this.unheard());
      if (!isAsked) this.help();
      return;
    }
    onSilent('no-snapshot', Math.max(0, now - this.begunAt));
    this.help();
    this.insist();
  }

  private lookLater(): void {
    this.after(this.looking, this.options.standing.trustLeft(this.scheduler.now()), () => this.check());
  }

  private check(): void {
    if (this.gate.isHolding) this.after(this.looking, REPAIRING, () => this.check());
    else if (this.options.standing.trustLeft(this.scheduler.now()) > 0) this.lookLater();
    else this.look();
  }

  private look(): void {
    const before = this.words;
    const found$ = this.options.look().pipe(take(1), defaultIfEmpty([]));
    this.looking.start(() =>
      found$.subscribe({
        next: (found) => this.onFound(found, before),
        error: (error: unknown) => this.onLookFailed(error),
      }),
    );
  }

  private onFound(found: readonly MarketEvent[], before: number): void {
    this.lookAgain.reset();
    if (found.length === 0) {
      if (this.words === before) this.options.standing.quiet(this.scheduler.now());
      this.lookLater();
      return;
    }
    // What was found may reach the live stream a little later.
    this.gate.expect();
    this.patiently(this.looking, this.options.grace, () => this.judge(found, before));
  }

  private onLookFailed(error: unknown): void {
    if (!toMarketDataError(error).retryable) {
      this.fail(error);
      return;
    }
    const now = this.scheduler.now();
    this.after(this.looking, together(now, this.lookAgain.next(now)), () => this.check());
  }

  private judge(found: readonly MarketEvent[], before: number): void {
    if (this.words === before) {
      this.stale(found);
      return;
    }
    for (const event of this.options.overtaken(found)) this.subscriber.next(unmarked(event));
    this.check();
  }

  private stale(found: readonly MarketEvent[]): void {
    const { standing, onSilent } = this.options;
    const now = this.scheduler.now();
    onSilent('newer-elsewhere', Math.max(0, now - standing.heardAt));
    this.wanted = this.proof.next(now);
    this.doubt();
    for (const event of found) this.tell(event);
    this.help();
    this.insist();
  }

  /** In two halves: after a pause of this very process the live stream is read before it is judged. */
  private patiently(errand: Errand, delay: number, act: () => void): void {
    this.after(errand, delay / 2, () => this.after(errand, delay / 2, act));
  }

  private after(errand: Errand, delay: number, act: () => void): void {
    errand.start(() => this.scheduler.schedule(act, Math.max(0, delay)));
  }
}
