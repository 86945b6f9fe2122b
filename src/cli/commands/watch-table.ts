import { filter, finalize, identity, lastValueFrom, take, tap, timer, type Observable } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import type { ConnectionChange } from '../../model/signals.js';
import type { Status } from '../../options.js';
import { alongside } from '../alongside.js';
import type { Engine } from '../engine.js';
import type { WatchOptions } from '../options.js';
import { Board } from '../output/board.js';
import { footer, title } from '../output/frame.js';
import { LiveScreen } from '../output/live-screen.js';
import type { Session } from '../session.js';

/** Time between two drawings, ms: often enough to be live, seldom enough to be read. */
const REDRAW = 250;
/** Lines around the rows: title, blank, headings, blank, two of the footer, and the one the cursor stands in. */
const FRAME = 7;

/** A table that is drawn over again until the events end, and then stays. */
export const asTable = async (
  events$: Observable<MarketEvent>,
  options: WatchOptions,
  { backbone, source }: Engine,
  { stdout, colors }: Session,
): Promise<void> => {
  const started = Date.now();
  const board = new Board(options.channel, options.markets);
  const screen = new LiveScreen(stdout);
  let simulated = false;
  let status: Status | undefined;
  let change: ConnectionChange | undefined;

  const draw = (): void => {
    const now = Date.now();
    const look = { colors, width: stdout.columns ?? 80 };
    const table = board.render(now, Math.max(1, (stdout.rows ?? 24) - FRAME), look);
    const head = title(source.exchange, simulated, options, now - started, look);
    screen.draw([head, '', table, '', footer(status, change, look)].join('\n'));
  };
  const drawn$ = events$.pipe(
    tap((event) => {
      board.note(event);
      simulated ||= event.origin === 'simulation';
    }),
    options.count === undefined ? identity : take(options.count),
    alongside(
      backbone.status$.pipe(tap((latest) => (status = latest))),
      backbone.events$.pipe(
        filter((event) => event.type === 'connection'),
        tap((latest) => (change = latest)),
      ),
      timer(REDRAW, REDRAW).pipe(tap(draw)),
    ),
    tap({ complete: draw }),
    finalize(() => screen.end()),
  );
  await lastValueFrom(drawn$, { defaultValue: undefined });
};
