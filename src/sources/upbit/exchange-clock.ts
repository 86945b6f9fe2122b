import type { MarketEvent } from '../../model/events.js';

/** Until messages have shown how the clocks stand, ours may be this much behind, ms. */
const DAY = 86_400_000;
/** From then on nothing is believed that is this much further ahead than anything so far, ms. */
const SLACK = 60_000;
/** So many messages show how the clocks stand; the first ones may be snapshots of markets that have rested for hours. */
const LEARNING = 100;
/** For so long after a message that agreed with what is known, ms, no other can prove that our clock has changed. */
const SURE = 10_000;
/** Upbit opened in October 2017. A clock that says it is earlier has never been set, and is no witness. */
const OPENING = 1_508_716_800_000;

/** The latest time an event states, ms UTC. */
export const timeOf = (event: MarketEvent): number =>
  event.type === 'candle' ? Math.max(event.timestamp, event.openTime) : event.timestamp;

/** Why a time was not believed. */
export const tooEarly = (time: number, now: number): string =>
  `a time of ${time}, ${Math.round((time - now) / 1_000)} s from now: nothing else the exchange sends is so far ahead`;

/**
 * Whether the exchange can have written a time already. A fact from the future must not be shown, since everything after
 * it would be taken for older; but when our clock is wrong, everything seems to come from the future.
 *
 * So a time is judged by what else the exchange writes, and by our clock only until that is known. A time too far ahead
 * is believed when the one doubted before agrees with it, and none has lately agreed with what was known.
 */
export class ExchangeClock {
  /** How far ahead of ours a time may be, ms. */
  private bound = DAY;
  /** How far ahead of ours the exchange's clock has been seen, at least 0, ms. */
  private lead = 0;
  private learnt = 0;
  /** Our time at the last message, and at the last one that agreed with `lead`, ms UTC. */
  private now = -Infinity;
  private agreedAt = -Infinity;
  /** The last time that was not believed, and how far ahead it was, ms. */
  private doubted = NaN;
  private doubtedAhead = NaN;

  /** `time` as the exchange wrote it, `now` by our clock when it came, ms UTC. */
  believes(time: number, now: number): boolean {
    this.turnTo(now);
    const ahead = time - now;
    if (ahead > this.bound) return this.isConfirmed(time, ahead);
    if (this.learnt < LEARNING) this.learn(ahead);
    this.agree(ahead);
    return true;
  }

  /**
   * The latest time that is believed of an answer, ms UTC. However many rows it has, it is one witness; and no lesson,
   * since nobody knows how old the newest of them is. An answer that was to end at some time is no witness either: it
   * gives no times.
   */
  upTo(times: readonly number[], now: number): number {
    this.turnTo(now);
    if (this.isUnset()) return Infinity;
    let [latest, believed] = [-Infinity, -Infinity];
    for (const time of times) {
      latest = Math.max(latest, time);
      if (time - now <= this.bound) believed = Math.max(believed, time);
    }
    this.agree(believed - now);
    if (latest > believed) this.isConfirmed(latest, latest - now);
    return now + this.bound;
  }

  /** Forgets what is known: a new connection may follow a sleep, during which our clock stood still. */
  startOver(): void {
    this.learnt = 0;
    this.lead = 0;
    this.bound = DAY;
    this.agreedAt = -Infinity;
    this.doubted = NaN;
    this.doubtedAhead = NaN;
  }

  private learn(ahead: number): void {
    this.learnt += 1;
    this.lead = Math.max(this.lead, ahead);
    if (this.learnt === LEARNING) this.move(this.lead);
  }

  private move(lead: number): void {
    this.lead = lead;
    this.bound = lead + SLACK;
  }

  private agree(ahead: number): void {
    // A clock that runs slow is followed a little with each message, so that a single wrong one leads nowhere.
    if (this.learnt === LEARNING && ahead > this.lead) this.move(this.lead + 1);
    if (ahead >= this.lead - SLACK) this.agreedAt = this.now;
  }

  private isUnset(): boolean {
    return this.now < OPENING && this.learnt < LEARNING;
  }

  private turnTo(now: number): void {
    if (now < this.now) this.setBack(this.now - now);
    this.now = now;
  }

  /** Our clock was set back, so the exchange's is that much further ahead of it. */
  private setBack(step: number): void {
    this.lead += step;
    this.bound += step;
  }

  private isConfirmed(time: number, ahead: number): boolean {
    const unset = this.isUnset();
    // The same time once more is the same message once more.
    const agreed =
      time !== this.doubted && Math.abs(ahead - this.doubtedAhead) <= SLACK && this.now - this.agreedAt > SURE;
    this.doubted = time;
    this.doubtedAhead = ahead;
    if (!unset && !agreed) return false;
    this.learnt = LEARNING;
    this.move(ahead);
    return true;
  }
}
