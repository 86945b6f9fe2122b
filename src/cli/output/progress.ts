import { EMPTY, finalize, tap, timer, type Observable } from 'rxjs';
import type { RequestInput } from '../../routing/complete-request.js';
import { CANDLE_PAGE, TRADE_PAGE } from '../../sources/upbit/limits.js';
import type { Channel } from '../../model/topic.js';
import type { Session } from '../session.js';
import { count as grouped } from './numbers.js';

/** Nobody needs to be told of a wait shorter than this, ms. */
const UNNOTICED = 700;
/** Rows one call gives of the channels that are read page by page. */
const PAGES: Readonly<Partial<Record<Channel, number>>> = { trade: TRADE_PAGE, candle: CANDLE_PAGE };
export const CLEAR_LINE = '\r\u001B[2K';

/** Tells the person at a terminal what takes so long, on a line that is gone when the answer is there. */
export const tellProgress = (
  { channel, markets, count = 1 }: Pick<RequestInput, 'channel' | 'markets' | 'count'>,
  { stderr, colors }: Pick<Session, 'stderr' | 'colors'>,
): Observable<unknown> => {
  if (stderr.isTTY !== true) return EMPTY;
  const what = count > 1 ? `${grouped(count)} ${channel}s` : channel;
  const whose = markets.length > 3 ? `${markets.length} markets` : markets.join(', ');
  const calls = markets.length * Math.ceil(count / (PAGES[channel] ?? Infinity));
  const effort = calls > 1 ? ` (about ${grouped(calls)} calls)` : '';
  return timer(UNNOTICED, 250).pipe(
    tap((tick) => {
      const seconds = Math.round((UNNOTICED + tick * 250) / 1_000);
      const text = `fetching ${what} of ${whose}${effort} … ${seconds} s`.slice(0, (stderr.columns ?? 80) - 1);
      stderr.write(`${CLEAR_LINE}${colors.dim(text)}`);
    }),
    finalize(() => stderr.write(CLEAR_LINE)),
  );
};
