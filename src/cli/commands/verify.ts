import { takeUntil, tap } from 'rxjs';
import { verify as verifySeries, type Verification } from '../../store/index.js';
import { endOf } from '../collecting.js';
import { eachSeries } from '../each-series.js';
import { withEngine } from '../engine.js';
import { parseFlags, timeOf, verifyOptions, type VerifyOptions } from '../options.js';
import { verificationText, verificationValues } from '../output/findings.js';
import { LineWriter } from '../output/line-writer.js';
import type { Session } from '../session.js';
import { withExistingStore } from '../store-path.js';

/** Looks at what is stored; the exit code is 0 only if all is well. */
export const verify = async (flags: unknown, session: Session): Promise<number> => {
  const options = parseFlags(verifyOptions, flags);
  const time = timeAsked(options);
  const tell = teller(options, session);
  let findings = 0;
  await withExistingStore(options, session.env, (store) =>
    withEngine(options, session.env, async (engine) => {
      const all$ = eachSeries(options, { source: engine.source, store, ...time }, verifySeries).pipe(
        tap((verification) => {
          findings += verification.findings.length;
          tell(verification);
        }),
        takeUntil(session.stopped$),
      );
      await endOf(all$, engine);
    }),
  );
  return findings > 0 && !session.isStopped() ? 1 : 0;
};

/** Nothing when no time was given: all that is stored. */
export const timeAsked = (options: VerifyOptions): { readonly from?: number; readonly to?: number } =>
  options.from === undefined && options.days === undefined
    ? options.to === undefined
      ? {}
      : { to: options.to.getTime() }
    : timeOf(options, Date.now(), { days: 1 });

/** Prints what was found, in the form the output wants. */
export const teller = ({ json }: VerifyOptions, session: Session) => {
  const { stdout, colors } = session;
  const writer = new LineWriter(session);
  return (verification: Verification, step?: 'found' | 'left'): void => {
    if (stdout.isTTY !== true || json) {
      for (const value of verificationValues(verification, step)) writer.offer(value);
      return;
    }
    stdout.write(verificationText(verification, { colors, width: stdout.columns ?? 80 }));
  };
};
