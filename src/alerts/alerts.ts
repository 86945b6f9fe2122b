import { asyncScheduler, filter, map, type Observable, type SchedulerLike } from 'rxjs';
import type { EngineEvent } from '../model/signals.js';
import { alertOf, type Alert } from './alert.js';
import { coolDown } from './cool-down.js';

export interface AlertOptions {
  /** At most one alert of a key in this time, ms; of more the last is told when it has passed. Default 60,000. */
  readonly coolDown?: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * What a person should know of: the exit strategy at work, a breached objective, a block, no network, missing events,
 * silent streams, a road that is not well; and the end of each. Completes with the events.
 *
 * @example
 * alerts(backbone.events$).pipe(logAlerts(pino()), webhook('https://example.org/hook')).subscribe();
 */
export const alerts = (
  events$: Observable<EngineEvent>,
  { coolDown: period = 60_000, scheduler = asyncScheduler }: AlertOptions = {},
): Observable<Alert> =>
  events$.pipe(
    map(alertOf),
    filter((alert) => alert !== undefined),
    coolDown({
      keyOf: ({ key }) => key,
      period,
      latest: (alert, leftOut) => (leftOut === 0 ? alert : { ...alert, leftOut }),
      scheduler,
    }),
  );
