import { takeUntil, tap } from 'rxjs';
import { repair as repairSeries, type BackfillProgress } from '../../store/index.js';
import { endOf } from '../collecting.js';
import { eachSeries } from '../each-series.js';
import { withEngine } from '../engine.js';
import { parseFlags, verifyOptions } from '../options.js';
import { wordsOf } from '../output/backfill-bar.js';
import { LineWriter } from '../output/line-writer.js';
import { progressValue } from '../output/progress-value.js';
import { CLEAR_LINE } from '../output/progress.js';
import type { Session } from '../session.js';
import { withExistingStore } from '../store-path.js';
import { teller, timeAsked } from './verify.js';

/** Fetches again what is wrong or not known; the exit code is 0 only if all is well then. */
export const repair = async (flags: unknown, session: Session): Promise<number> => {
  const options = parseFlags(verifyOptions, flags);
  const time = timeAsked(options);
  const tell = teller(options, session);
  const asText = session.stdout.isTTY !== true || options.json;
  const writer = new LineWriter(session);
  let left = 0;
  await withExistingStore(options, session.env, (store) =>
    withEngine(options, session.env, async (engine) => {
      const steps$ = eachSeries(options, { source: engine.source, store, ...time }, repairSeries).pipe(
        tap((done) => {
          if (done.step === 'fetching') {
            if (asText) writer.offer(progressValue(done.progress));
            else draw(done.progress, session);
            return;
          }
          if (done.step === 'left') left += done.verification.findings.length;
          tell(done.verification, done.step);
        }),
        takeUntil(session.stopped$),
      );
      await endOf(steps$, engine);
    }),
  );
  return left > 0 && !session.isStopped() ? 1 : 0;
};

/** On one line, drawn over until it is done. */
const draw = (progress: BackfillProgress, { stdout, colors }: Session): void => {
  const { market, interval, state, all } = progress;
  const text = ` fetching ${market} ${interval} again  ${all.requestsDone}/${all.requestsPlanned} calls  ${wordsOf(progress)}`;
  stdout.write(
    `${CLEAR_LINE}${colors.dim(text.slice(0, (stdout.columns ?? 80) - 1))}${state === 'running' ? '' : '\n\n'}`,
  );
};
