import { Subscription, asyncScheduler, type Observer, type SchedulerLike, type Subscriber } from 'rxjs';
import { toMarketDataError, type MarketDataError } from '../errors.js';
import { unmarked, type MarketEvent } from '../model/events.js';
import type { AttendOptions } from './attend-options.js';
import { Doubling } from './doubling.js';
import { Errand } from './errand.js';
import { together } from './grid.js';
import { HoldBack } from './hold-back.js';
import type { Standing } from './standing.js';
import { Vigil } from './vigil.js';
import { after, patiently } from './waits.js';

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

/** The state of one subscription to `attend`; it observes the live stream. */
export class Attendance implements Pick<Observer<MarketEvent>, 'next' | 'error'> {
  /* What every live event needs is kept close together. */
  /** Whether the live stream speaks, and was not found stale since. */
  private believed = false;
  /** Live events so far. */
  private words = 0;
  private readonly standing: Standing;
  private readonly takes: AttendOptions['takes'];
  private readonly gate: HoldBack<MarketEvent>;

  private readonly whole = new Subscription();
  private readonly live = new Errand(this.whole);
  private readonly helping = new Errand(this.whole);
  /** The wait for the first word. */
  private readonly waiting = new Errand(this.whole);
  /** The wait for a stream that lost a frame to speak again. */
  private readonly rescue = new Errand(this.whole);
  /** The wait for the next beginning. */
  private readonly beginning = new Errand(this.whole);
  private readonly beginAgain = new Doubling(BEGIN_AGAIN);
  private readonly beginAfterLoss = new Doubling(BEGIN_AFTER_LOSS);
  private readonly proof = new Doubling(PROOF);
  private readonly vigil: Vigil;
  private readonly scheduler: SchedulerLike;
  /** Pieces of news still wanted of a stale stream. */
  private wanted = 0;
  private begunAt = -Infinity;
  /** An answer of the exchange before which something may have been left out, and whether something was. */
  private suspect: MarketEvent | undefined;
  private mended = false;

  constructor(
    private readonly options: AttendOptions,
    private readonly subscriber: Subscriber<MarketEvent>,
  ) {
    const { standing, missing, supersedes, most, onOverflow, look, grace, scheduler = asyncScheduler } = options;
    const { whole } = this;
    this.scheduler = scheduler;
    this.standing = standing;
    this.takes = options.takes;
    const tell = (event: MarketEvent): void => this.tellHeld(event);
    const fail = (error: unknown): void => this.fail(error);
    this.gate = new HoldBack({ missing, supersedes, most, onOverflow, tell, fail, whole });
    this.vigil = new Vigil({
      ...{ standing, look, grace, fail, whole, scheduler },
      words: () => this.words,
      isRepairing: () => this.gate.isHolding,
      onFound: () => this.gate.expect(),
      onMadeUp: (found) => this.tellAside(options.madeUp(found)),
      onStale: (found) => this.stale(found),
      onOvertaken: (found) => this.tellAside(options.overtaken(found)),
    });
    standing.isHeldBack = () => !this.gate.isOpen;
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
    if (!this.helping.isOn) patiently(this.waiting, patience, () => this.unheard(), this.scheduler);
    const doubt = (error: MarketDataError): void => this.onDoubt(error);
    this.live.start(() => live(doubt).subscribe(this));
  }

  /** The live stream says something. */
  next(event: MarketEvent): void {
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
    else if (event.snapshot === true && !isSuspect && this.standing.heardAt > -Infinity) this.tell(event);
    else this.pass(event);
  }

  private pass(event: MarketEvent): void {
    this.standing.heard(event.receivedAt);
    if (this.takes(event)) this.subscriber.next(unmarked(event));
  }

  private tell(event: MarketEvent): boolean {
    const isTaken = this.takes(event);
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
    this.waiting.stop();
    this.rescue.stop();
    this.vigil.keep();
  }

  private doubt(): void {
    this.believed = false;
    this.standing.lost();
    this.waiting.stop();
    this.vigil.end();
  }

  /** Something may not have come. The stream goes on; a state that was lost is made up for by the next one. */
  private onDoubt(error: MarketDataError): void {
    const isLoss = error.code === 'BAD_PAYLOAD';
    if (isLoss) this.options.onLoss(error);
    if (!this.believed) return;
    this.standing.suspect();
    if (isLoss) this.vigil.hurry();
    // Not even the topics are heard that always speak: that this one need not yet is no excuse.
    else this.vigil.look(SHORT);
  }

  /** The live stream has lost a frame, or is over for good. */
  error(cause: unknown): void {
    const error = toMarketDataError(cause);
    if (error.code !== 'BAD_PAYLOAD' || !error.retryable) {
      this.fail(cause);
      return;
    }
    this.options.onLoss(error);
    this.doubt();
    this.gate.restart();
    const wait = this.beginAfterLoss.next(this.scheduler.now());
    after(this.beginning, wait, () => (this.helping.isOn ? this.insist() : this.begin()), this.scheduler);
    if (wait > SHORT) this.help();
    else if (!this.rescue.isOn) after(this.rescue, SHORT, () => this.help(), this.scheduler);
  }

  /** Begins anew, again and again until the stream speaks. */
  private insist(): void {
    this.begin();
    // It may have spoken at once.
    if (this.helping.isOn) this.insistLater();
  }

  private insistLater(): void {
    const now = this.scheduler.now();
    after(this.beginning, together(now, this.beginAgain.next(now)), () => this.insist(), this.scheduler);
  }

  private help(): void {
    this.rescue.stop();
    if (this.helping.isOn) return;
    this.helping.start(() =>
      this.options.helper$.subscribe({
        next: (event) => this.tell(event),
        error: (error: unknown) => {
          if (this.words === 0) this.options.onSilent('no-snapshot', Math.max(0, this.scheduler.now() - this.begunAt));
          this.fail(error);
        },
      }),
    );
  }

  private unheard(): void {
    const { asked = () => this.begunAt, patience, onSilent } = this.options;
    const now = this.scheduler.now();
    // Asking may have had to wait its turn, which is no fault of the stream.
    const left = asked() >= this.begunAt ? asked() + 2 * patience - now : patience;
    this.help();
    // What it tells may have made the stream speak.
    if (this.believed) return;
    if (left > 0) {
      patiently(this.waiting, left, () => this.unheard(), this.scheduler);
      return;
    }
    onSilent('no-snapshot', Math.max(0, now - this.begunAt));
    this.insist();
  }

  private tellAside(events: readonly MarketEvent[]): void {
    for (const event of events) this.subscriber.next(unmarked(event));
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
}
