import { concat, takeUntil, tap } from 'rxjs';
import { verify as verifySeries, type Verification } from '../../store/index.js';
import { endOf } from '../collecting.js';
import { withEngine } from '../engine.js';
import { parseFlags, timeOf, verifyOptions, type VerifyOptions } from '../options.js';
import { verificationText, verificationValues } from '../output/findings.js';
import { LineWriter } from '../output/line-writer.js';
import type { Session } from '../session.js';
import { withExistingStore } from '../store-path.js';

/** Looks at what is stored; the exit code is 0 only if all is well. */
export const verify = async (flags: unknown, session: Session): Promise<number> => {
  const options = parseFlags(verifyOptions, flags);
  const { markets, interval, sample } = options;
  const time = timeAsked(options);
  const tell = teller(options, session);
  let findings = 0;
  await withExistingStore(options, session.env, (store) =>
    withEngine(options, session.env, async (engine) => {
      const { source } = engine;
      const all$ = concat(
        ...markets.map((market) =>
          verifySeries({
            store,
            fetch: (request) => source.fetch(request),
            exchange: source.exchange,
            market,
            interval,
            sample,
            random: randomOfDay(Date.now()),
            ...time,
          }),
        ),
      ).pipe(
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

/** The same chances all day long, so that `repair` reads again what `verify` has read. */
export const randomOfDay = (now: number): (() => number) => {
  let state = Math.floor(now / 86_400_000);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
};
