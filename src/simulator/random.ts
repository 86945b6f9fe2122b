/**
 * Randomness by address instead of by history: every random fact of the simulated market is a hash of where it
 * stands (seed, market, time), so that any moment can be computed without the moments before it.
 */

// Taken out of the global object once: some hosts make every look-up there slow.
const { floor, imul } = Math;

/** Stirs two 32-bit integers into one. */
export const mix = (a: number, b: number): number => {
  let h = a ^ imul(b, 0x9e3779b1);
  h = imul(h ^ (h >>> 16), 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

/** As `mix`, for integers past 32 bits, such as milliseconds. */
export const mixWide = (a: number, b: number): number => mix(mix(a, b >>> 0), floor(b / 2 ** 32));

/** A 32-bit key for a text. */
export const keyOf = (seed: number, text: string): number => {
  let h = mix(seed, text.length);
  for (let i = 0; i < text.length; i += 1) h = mix(h, text.charCodeAt(i));
  return h;
};

/** A hash as a number in [0, 1). */
export const unit = (hash: number): number => hash / 2 ** 32;

/** A uniform number in [0, 1) for the `n`-th place of a key. */
export const uniform = (key: number, n: number): number => unit(mix(key, n));

/** A stream of uniform numbers in [0, 1); the same seed gives the same stream. */
export const createRandom = (seed: number): (() => number) => {
  let n = 0;
  return () => uniform(seed, (n += 1));
};
