import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExchangeClock } from '../../../src/sources/upbit/exchange-clock.js';

const NOW = 1_788_335_181_000;
const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** A clock that has heard so many messages, one every 100 ms, whose times were `ahead` of ours; and our time after it. */
const after = (messages: number, ahead = -50, start = NOW): { clock: ExchangeClock; now: number } => {
  const clock = new ExchangeClock();
  let now = start;
  for (let n = 0; n < messages; n += 1, now += 100) expect(clock.believes(now + ahead, now)).toBe(true);
  return { clock, now };
};

describe('an exchange clock that has heard nothing yet', () => {
  it.each([
    ['long ago', -2_000 * DAY, true],
    ['now', 0, true],
    ['a day ahead, which may be our fault', DAY, true],
    ['more than a day ahead', DAY + 1, false],
    ['ten years ahead', 3_650 * DAY, false],
  ])('judges a time %s', (_, ahead, believed) => {
    expect(new ExchangeClock().believes(NOW + ahead, NOW)).toBe(believed);
  });

  it('takes the exchange at its word while our own clock has never been set', () => {
    for (const unset of [0, Date.UTC(2000, 0)]) {
      const { clock, now } = after(300, NOW - unset, unset);
      expect(clock.believes(NOW + (now - unset) + HOUR, now)).toBe(false);
    }
  });
});

describe('an exchange clock that doubts a message', () => {
  it('believes another that agrees with it, and then everything of that time', () => {
    const clock = new ExchangeClock();
    const future = NOW + 40 * DAY;
    expect([0, 1, 2].map((n) => clock.believes(future + n, NOW + n))).toEqual([false, true, true]);
  });

  it.each([
    ['itself', 0],
    ['one that says something else', 2 * MINUTE],
  ])('is not convinced by %s', (_, difference) => {
    const clock = new ExchangeClock();
    expect(clock.believes(NOW + 40 * DAY, NOW)).toBe(false);
    expect(clock.believes(NOW + 40 * DAY + difference, NOW + 10)).toBe(false);
  });
});

describe('an exchange clock that has heard a hundred messages', () => {
  it.each([
    ['a minute ahead', MINUTE - 50, true],
    ['more than a minute ahead', MINUTE + 50, false],
    ['a day old', -DAY, true],
  ])('judges a time %s', (_, ahead, believed) => {
    const { clock, now } = after(100);
    expect(clock.believes(now + ahead, now)).toBe(believed);
  });

  it('does not believe one that errs again and again, while others do not', () => {
    const { clock, now } = after(200);
    for (let n = 0; n < 50; n += 1) {
      expect(clock.believes(now + n * SECOND + HOUR, now + n * SECOND)).toBe(false);
      expect(clock.believes(now + n * SECOND, now + n * SECOND)).toBe(true);
    }
  });

  it('is not led away step by step', () => {
    const { clock, now } = after(100);
    for (let n = 1; n <= 20; n += 1) clock.believes(now + n * (MINUTE - 10), now);
    expect(clock.believes(now + 2 * MINUTE, now)).toBe(false);
  });
});

describe('an exchange clock beside a wrong clock of ours', () => {
  it.each([MINUTE, HOUR, DAY - SECOND])('believes everything when ours is %d ms slow', (slow) => {
    const { clock, now } = after(500, slow);
    expect(clock.believes(now + slow + MINUTE + SECOND, now)).toBe(false);
  });

  it('believes everything when the first messages are old ones of markets at rest', () => {
    const clock = new ExchangeClock();
    for (let n = 0; n < 50; n += 1) expect(clock.believes(NOW - n * HOUR, NOW)).toBe(true);
    for (let n = 0; n < 50; n += 1) expect(clock.believes(NOW + 5 * HOUR, NOW)).toBe(true);
  });

  it('believes everything when ours is set back meanwhile, by however much', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 1_000 * DAY }), (messages, step) => {
        const { clock, now } = after(messages + 1);
        for (let n = 0; n < 10; n += 1) expect(clock.believes(now + n, now + n - step)).toBe(true);
      }),
    );
  });

  it('believes everything when ours loses a millisecond with every message', () => {
    const { clock, now } = after(100);
    let believed = 0;
    for (let n = 0; n < 200_000; n += 1) if (clock.believes(now + n * SECOND, now + n * (SECOND - 1))) believed += 1;
    expect(believed).toBe(200_000);
  });

  it('doubts one message, and no other, when ours is more than a day slow from the start', () => {
    const clock = new ExchangeClock();
    const verdicts = Array.from({ length: 300 }, (_, n) => clock.believes(NOW + 40 * DAY + n, NOW + n));
    expect(verdicts.indexOf(true)).toBe(1);
    expect(verdicts.slice(1).every(Boolean)).toBe(true);
  });
});

describe('an exchange clock, given the times of an answer', () => {
  it('believes them as it would those of messages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer({ min: -2 * DAY, max: 2 * DAY }), (messages, ahead) => {
        const { clock, now } = after(messages);
        const believed = clock.upTo([now + ahead], now) >= now + ahead;
        expect(believed).toBe(after(messages).clock.believes(now + ahead, now));
      }),
    );
  });

  it('does not take the rows of one answer for witnesses of each other, but another answer', () => {
    const clock = new ExchangeClock();
    const future = NOW + 40 * DAY;
    expect(clock.upTo([future, future + 1, future + 2], NOW)).toBe(NOW + DAY);
    expect(clock.upTo([future + SECOND], NOW + SECOND)).toBeGreaterThan(future + SECOND);
  });

  it.each([
    ['the same answer', [NOW + 40 * DAY]],
    ['one with rows of today', [NOW + 40 * DAY + 1, NOW]],
    ['one that says something else', [NOW + 40 * DAY + 2 * MINUTE]],
  ])('is not convinced by %s', (_, times) => {
    const clock = new ExchangeClock();
    clock.upTo([NOW + 40 * DAY], NOW);
    expect(clock.upTo(times, NOW)).toBe(NOW + DAY);
  });

  it('does not believe messages that agree with a doubted answer while others do not', () => {
    const { clock, now } = after(100);
    expect(clock.upTo([now + HOUR], now)).toBeLessThan(now + HOUR);
    expect(clock.believes(now + HOUR + 1, now + 1)).toBe(false);
  });

  it('learns nothing of how the clocks stand, since what was asked may be of long ago', () => {
    const clock = new ExchangeClock();
    for (let n = 0; n < 500; n += 1) clock.upTo([NOW - n * HOUR], NOW + n);
    expect(clock.believes(NOW + 5 * HOUR, NOW + 500)).toBe(true);
  });

  it('takes no answer without times for a witness', () => {
    const clock = new ExchangeClock();
    const future = NOW + 40 * DAY;
    expect(clock.believes(future, NOW)).toBe(false);
    expect(clock.upTo([], NOW + 1)).toBe(NOW + 1 + DAY);
    expect(clock.believes(future + 2, NOW + 2)).toBe(true);
  });

  it('takes the exchange at its word while our own clock has never been set', () => {
    const clock = new ExchangeClock();
    for (const time of [NOW, NOW + 90 * DAY, NOW - 90 * DAY]) expect(clock.upTo([], 0)).toBeGreaterThan(time);
  });

  it('follows a clock of ours that loses a millisecond with every answer', () => {
    const { clock, now } = after(100, 0);
    for (let n = 0; n < 200_000; n += 1) {
      const [theirs, ours] = [now + n * SECOND, now + n * (SECOND - 1)];
      if (clock.upTo([theirs], ours) < theirs) throw new Error(`doubted after ${n}`);
    }
  });
});

describe('an exchange clock that has started over', () => {
  it('believes what one does that has heard nothing', () => {
    const { clock, now } = after(200);
    expect(clock.believes(now + HOUR, now)).toBe(false);
    clock.startOver();
    expect(clock.believes(now + HOUR, now)).toBe(true);
    expect(clock.believes(now + DAY + 1, now)).toBe(false);
  });
});
