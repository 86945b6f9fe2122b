import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Subject, of } from 'rxjs';
import type { Alert } from '../../src/alerts/alert.js';
import { logAlerts, raiseLevel } from '../../src/alerts/log.js';
import type { EngineEvent, ExitPhase } from '../../src/model/signals.js';

const alert = (severity: Alert['severity']): Alert => ({
  severity,
  at: 5,
  key: 'exit',
  title: 'look',
  details: { n: 1 },
});
const exit = (phase: ExitPhase): EngineEvent => ({ type: 'exit', at: 0, phase, reason: '' });

describe('logAlerts', () => {
  it.each([
    ['info', 30],
    ['warning', 40],
    ['critical', 50],
  ] as const)('writes what is %s as level %d, with its facts, and hands it on', (severity, level) => {
    const lines: unknown[] = [];
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const seen: Alert[] = [];
    of(alert(severity))
      .pipe(logAlerts(logger))
      .subscribe((value) => seen.push(value));
    expect(lines).toMatchObject([{ level, msg: 'look', key: 'exit', at: 5, details: { n: 1 } }]);
    expect(seen).toEqual([alert(severity)]);
  });
});

describe('raiseLevel', () => {
  const raised = (level: string) => {
    const logger = pino({ level }, { write: () => undefined });
    const events$ = new Subject<EngineEvent>();
    const changes: boolean[] = [];
    const subscription = raiseLevel(logger, events$).subscribe((value) => changes.push(value));
    return { logger, events$, changes, subscription };
  };

  it('lets the log tell more while the exit strategy lasts', () => {
    const { logger, events$, changes } = raised('warn');
    expect(logger.level).toBe('warn');
    for (const phase of ['switching', 'stabilising', 'trying', 'stabilising'] as const) {
      events$.next(exit(phase));
      expect(logger.level).toBe('debug');
    }
    events$.next(exit('routed'));
    expect([logger.level, changes]).toEqual(['warn', [true, false]]);
  });

  it.each([
    ['the events end', 'complete'],
    ['it is unsubscribed', 'unsubscribe'],
  ] as const)('sets it back when %s', (_, how) => {
    const { logger, events$, subscription } = raised('info');
    events$.next(exit('switching'));
    if (how === 'complete') events$.complete();
    else subscription.unsubscribe();
    expect(logger.level).toBe('info');
  });

  it('leaves alone a log that tells as much already', () => {
    const { logger, events$, changes } = raised('trace');
    events$.next(exit('switching'));
    events$.next(exit('routed'));
    expect([logger.level, changes]).toEqual(['trace', []]);
  });

  it('does not undo what somebody has set meanwhile', () => {
    const { logger, events$ } = raised('warn');
    events$.next(exit('switching'));
    logger.level = 'error';
    events$.next(exit('routed'));
    expect(logger.level).toBe('error');
  });
});
