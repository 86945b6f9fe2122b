import { EMPTY, finalize, tap, timer, type Observable } from 'rxjs';
import type { RequestInput } from '../../routing/complete-request.js';
import type { Session } from '../session.js';
import { count as grouped } from './numbers.js';

/** Nobody needs to be told of a wait shorter than this, ms. */
const UNNOTICED = 700;
const CLEAR_LINE = '\r\u001B[2K';

/** Tells the person at a terminal what takes so long, on a line that is gone when the answer is there. */
export const tellProgress = (
  { channel, markets, count = 1 }: Pick<RequestInput, 'channel' | 'markets' | 'count'>,
  { stderr, colors }: Pick<Session, 'stderr' | 'colors'>,
): Observable<unknown> => {
  if (stderr.isTTY !== true) return EMPTY;
  const what = count > 1 ? `${grouped(count)} ${channel}s` : channel;
  const whose = markets.length > 3 ? `${markets.length} markets` : markets.join(', ');
  return timer(UNNOTICED, 250).pipe(
    tap((tick) => {
      const seconds = Math.round((UNNOTICED + tick * 250) / 1_000);
      stderr.write(`${CLEAR_LINE}${colors.dim(`fetching ${what} of ${whose} … ${seconds} s`)}`);
    }),
    finalize(() => stderr.write(CLEAR_LINE)),
  );
};
