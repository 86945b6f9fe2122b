import { tickOf } from './tick-size.js';
import { BOOK_DEPTH, type Book, type BookMaker, type Level } from './book.js';
import type { Series } from './series.js';

/** The groupings a market offers at a price: 0 and, on KRW markets, powers of ten above its tick. */
export const supportedLevels = (series: Series, priceSteps: number): readonly string[] => {
  if (series.instrument.quote !== 'KRW') return ['0'];
  const price = priceSteps * series.grid.step;
  const tick = tickOf('KRW', price);
  const levels = ['0'];
  for (let exponent = tick.exponent + 1; tick.mantissa * 10 ** exponent <= price; exponent += 1)
    levels.push(
      exponent >= 0 ? String(tick.mantissa * 10 ** exponent) : (tick.mantissa * 10 ** exponent).toFixed(-exponent),
    );
  return levels;
};

/** The tick at a price as the exchange writes it. */
export const tickText = (series: Series, priceSteps: number): string => {
  const { mantissa, exponent } = tickOf(series.instrument.quote, priceSteps * series.grid.step);
  return exponent >= 0 ? String(mantissa * 10 ** exponent) : (mantissa * 10 ** exponent).toFixed(-exponent);
};

const group = (levels: readonly Level[], size: number, round: (x: number) => number): Level[] => {
  const groups: Level[] = [];
  for (const level of levels) {
    const price = round(level.price / size) * size;
    const last = groups.at(-1);
    if (last?.price === price) groups[groups.length - 1] = { price, size: last.size + level.size };
    else if (groups.length < BOOK_DEPTH && price > 0) groups.push({ price, size: level.size });
    else break;
  }
  return groups;
};

/** A book whose asks are rounded up and whose bids are rounded down to multiples of `level` (quote currency). */
export const groupedBook = (series: Series, books: BookMaker, time: number, level: number): Book | undefined => {
  const size = Math.round(level / series.grid.step);
  const near = books.at(time);
  const best = near?.asks[0] ?? near?.bids[0];
  if (best === undefined) return undefined;
  const deep = books.at(time, BOOK_DEPTH * Math.max(1, Math.ceil(size / series.grid.tickAt(best.price))));
  return deep && { ...deep, asks: group(deep.asks, size, Math.ceil), bids: group(deep.bids, size, Math.floor) };
};
