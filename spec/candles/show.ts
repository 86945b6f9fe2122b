import type { Candle } from '../../src/model/events.js';

/** A candle in short, for marbles and lists: `60 final 1/3/1/2 x5`, open time in seconds, prices, volume, marks. */
export const show = ({ openTime, state, open, high, low, close, volume, partial, filled }: Candle): string => {
  const marks = [partial === true ? ' partial' : '', filled === true ? ' filled' : ''];
  return `${openTime / 1_000} ${state} ${open}/${high}/${low}/${close} x${volume}${marks.join('')}`;
};
