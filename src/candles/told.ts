import type { Candle } from '../model/events.js';
import { sameFigures } from './bar.js';
import { isClosed } from './closed-only.js';
import { RecentWindows } from './recent-windows.js';

/** Windows remembered for recognising what has been told; a page of history. */
const REMEMBERED = 200;

/** What has been told of one series, so that nothing is told twice and nothing old after something new. */
export class Told {
  private readonly windows = new RecentWindows<Candle>(REMEMBERED);
  /** Where the stream began. */
  private beginning = -Infinity;

  /** Whether a candle is news; it is then taken as told. */
  accept(candle: Candle): boolean {
    const { openTime } = candle;
    const known = this.windows.get(openTime);
    if (known !== undefined && !isNews(candle, known)) return false;
    if (openTime < this.beginning || this.windows.isForgotten(openTime)) return false;
    if (this.windows.size === 0) this.beginning = openTime;
    this.windows.set(openTime, candle);
    return true;
  }
}

const isNews = (candle: Candle, known: Candle): boolean => {
  if (candle.timestamp < known.timestamp) return false;
  if (!sameFigures(candle, known)) return true;
  // The forming candle is replaced by its live self even if nothing has been traded meanwhile.
  return !isClosed(known) && (candle.state !== known.state || candle.tier !== known.tier);
};
