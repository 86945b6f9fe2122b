import type { Bar } from '../../src/indicators/index.js';

/* Markets for specs of indicators: the same candles whenever they are asked for. */

const MINUTE = 60_000;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** A candle a minute, by its number. */
export const bar = (minute: number, fields: Partial<Bar> = {}): Bar => ({
  openTime: minute * MINUTE,
  open: 100,
  high: 100,
  low: 100,
  close: 100,
  volume: 10,
  ...fields,
});

/** One candle of a random market: a price near 100 units, moved by up to one. */
export const barAt = (minute: number, draw: () => number, unit = 1, last = 100 * unit): Bar => {
  const open = last + (draw() - 0.5) * unit;
  const close = open + (draw() - 0.5) * unit;
  return bar(minute, {
    open,
    close,
    high: Math.max(open, close) + draw() * unit,
    low: Math.min(open, close) - draw() * unit,
    volume: Math.round(draw() * 1e8) / 1e4,
  });
};

/** A market that wanders, `unit` being about what it moves in a minute. */
export const wandering = (count: number, unit = 1, seed = 7): readonly Bar[] => {
  const draw = random(seed);
  const candles: Bar[] = [];
  for (let minute = 0; minute < count; minute += 1) {
    // Pulled back a little, so that it does not reach zero however long it runs.
    const last = candles.at(-1)?.close ?? 100 * unit;
    candles.push(barAt(minute, draw, unit, last + (100 * unit - last) * 0.01));
  }
  return candles;
};

/** A market in which nothing moves. */
export const still = (count: number): readonly Bar[] => Array.from({ length: count }, (_, minute) => bar(minute));
