import type { Candle } from '../model/events.js';
import { sameFigures } from './bar.js';
import { isClosed } from './closed-only.js';

/** Windows remembered for recognising what has been told; a page of history. */
const REMEMBERED = 200;

/** What has been told of one series, so that nothing is told twice and nothing old after something new. */
export class Told {
  private readonly windows = new Map<number, Candle>();
  /** Windows that open before this are over and done with. */
  private floor = -Infinity;

  /** Whether a candle is news; it is then taken as told. */
  accept(candle: Candle): boolean {
    const { openTime } = candle;
    const known = this.windows.get(openTime);
    if (known === undefined ? openTime < this.floor : !isNews(candle, known)) return false;
    // The first candle told is the beginning of the stream.
    if (this.windows.size === 0) this.floor = openTime;
    this.windows.set(openTime, candle);
    if (this.windows.size > REMEMBERED) this.forgetOldest();
    return true;
  }

  private forgetOldest(): void {
    const oldest = Math.min(...this.windows.keys());
    this.windows.delete(oldest);
    this.floor = oldest + 1;
  }
}

const isNews = (candle: Candle, known: Candle): boolean => {
  if (candle.timestamp < known.timestamp) return false;
  if (!sameFigures(candle, known)) return true;
  // The forming candle is replaced by its live self even if nothing has been traded meanwhile.
  return !isClosed(known) && (candle.state !== known.state || candle.tier !== known.tier);
};
