import type { Level, Logger } from 'pino';
import { defer, filter, finalize, map, tap, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import type { EngineEvent } from '../model/signals.js';
import type { Alert, Severity } from './alert.js';

const LEVELS = { info: 'info', warning: 'warn', critical: 'error' } as const satisfies Record<Severity, Level>;

/** Writes each alert to a pino log, by its severity as info, warn or error, and hands it on. */
export const logAlerts = (logger: Pick<Logger, 'info' | 'warn' | 'error'>): MonoTypeOperatorFunction<Alert> =>
  tap(({ severity, title, ...facts }) => logger[LEVELS[severity]](facts, title));

/**
 * Has the log tell more while the exit strategy lasts: sets its level, and sets it back when the router is back, when the
 * events end and on unsubscribe. Emits whether it is raised, each change.
 *
 * @example
 * raiseLevel(logger, backbone.events$).subscribe();
 */
export const raiseLevel = (
  logger: Pick<Logger, 'level' | 'isLevelEnabled'>,
  events$: Observable<EngineEvent>,
  to: Level = 'debug',
): Observable<boolean> =>
  defer(() => {
    let before: string | undefined;
    const raise = (): boolean => {
      if (before !== undefined || logger.isLevelEnabled(to)) return false;
      before = logger.level;
      logger.level = to;
      return true;
    };
    const restore = (): boolean => {
      if (before === undefined) return false;
      // Somebody may have set it meanwhile, and shall have it so.
      if (logger.level === to) logger.level = before;
      before = undefined;
      return true;
    };
    return events$.pipe(
      filter((event) => event.type === 'exit'),
      filter(({ phase }) => (phase === 'routed' ? restore() : raise())),
      map(() => before !== undefined),
      finalize(restore),
    );
  });
