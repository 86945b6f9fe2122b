import { SingleBar } from 'cli-progress';
import { defer, finalize, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { BackfillProgress } from '../../store/index.js';
import type { Colors, Output } from '../session.js';
import { counted, elapsed } from './numbers.js';

/** Draws how far a backfill is, with its rate and the time left, over and over on one line of a terminal. */
export const onBar = (
  requests: number,
  { stream, colors, clear }: { readonly stream: Output; readonly colors: Colors; readonly clear: boolean },
): MonoTypeOperatorFunction<BackfillProgress> => {
  return (progress$) =>
    defer(() => {
      const bar = new SingleBar({
        format: ` {bar} {percentage}%  {value}/{total} calls  ${colors.dim('{words}')}`,
        barCompleteChar: '━',
        barIncompleteChar: '─',
        barsize: 24,
        stream,
        fps: 8,
        hideCursor: true,
        linewrap: true,
        clearOnComplete: clear,
        // Signals are heard elsewhere.
        gracefulExit: false,
      });
      bar.start(requests, 0, { words: '' });
      return progress$.pipe(
        tap((progress) => {
          bar.setTotal(progress.all.requestsPlanned);
          bar.update(progress.all.requestsDone, { words: wordsOf(progress) });
        }),
        finalize(() => bar.stop()),
      );
    });
};

/** `8.6/s  0:42 left  12,400 candles`. */
export const wordsOf = ({ all, elapsed: time, remaining }: BackfillProgress): string => {
  const rate = time > 0 ? `${((all.requestsDone / time) * 1_000).toFixed(1)}/s` : '–/s';
  const left = remaining === undefined ? '' : `  ${elapsed(remaining)} left`;
  return `${rate}${left}  ${counted(all.written, 'candle')}`;
};
