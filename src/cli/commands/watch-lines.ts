import { filter, finalize, identity, lastValueFrom, take, tap, type Observable } from 'rxjs';
import type { MarketDataBackbone } from '../../backbone.js';
import type { MarketEvent } from '../../model/events.js';
import type { WatchOptions } from '../options.js';
import { LineWriter } from '../output/line-writer.js';
import type { Session } from '../session.js';

/** Every event as it is, one a line; those a slow reader has missed do not count. */
export const asLines = async (
  events$: Observable<MarketEvent>,
  { count }: Pick<WatchOptions, 'count'>,
  session: Session,
): Promise<void> => {
  const writer = new LineWriter(session);
  const lines$ = events$.pipe(
    filter((event) => writer.offer(event)),
    count === undefined ? identity : take(count),
    finalize(() => writer.end()),
  );
  await lastValueFrom(lines$, { defaultValue: undefined });
};

/** Says when the socket is lost and when it is back, which a stream of events does not show by itself. */
export const tellConnection = ({ events$ }: MarketDataBackbone, { say }: Pick<Session, 'say'>): Observable<unknown> => {
  let down = false;
  return events$.pipe(
    tap((event) => {
      if (event.type !== 'connection') return;
      if (event.state === 'down' && !down) {
        down = true;
        say(`the connection is lost, polling until it is back${event.reason === undefined ? '' : `: ${event.reason}`}`);
      } else if (event.state === 'up' && down) {
        down = false;
        say('the connection is back');
      }
    }),
  );
};
