import { NEVER, firstValueFrom, mergeMap, switchMap, takeUntil, throwError, timer, type Observable } from 'rxjs';
import { MarketDataError } from '../../errors.js';
import type { RequestInput } from '../../routing/complete-request.js';
import type { Routed } from '../../routing/router.js';
import { alongside } from '../alongside.js';
import { withEngine, type Engine } from '../engine.js';
import { CliFailure, UsageError, causes, isUnreachable, unreachable } from '../failure.js';
import { fetchOptions, parseFlags, type FetchOptions } from '../options.js';
import { eventsTable } from '../output/events-table.js';
import { explanationTable, explanationValue } from '../output/explanation.js';
import { LineWriter } from '../output/line-writer.js';
import { tellProgress } from '../output/progress.js';
import type { Session } from '../session.js';
import { checkListed, readListing } from './listing.js';

/** How long an answer may take before it is asked whether the exchange is there at all, ms. */
const PATIENCE = 2_000;

/** Answers one question, and can tell how the answer was found. */
export const fetch = async (flags: unknown, session: Session): Promise<void> => {
  const options = parseFlags(fetchOptions, flags);
  const input = toInput(options);
  await withEngine(options, session.env, async (engine) => {
    const answer = await ask(input, engine, session);
    if (answer !== undefined) await print(answer, options, session);
  });
};

const toInput = ({
  markets,
  channel,
  interval,
  depth,
  level,
  count,
  to,
  context,
  via,
  maxAge,
}: FetchOptions): RequestInput => {
  const past = (count ?? 1) > 1 || to !== undefined;
  if (past && channel !== 'trade' && channel !== 'candle') {
    throw new UsageError(
      `--count above 1 only goes with --channel trade or --channel candle: of a ${channel} only the latest is kept`,
    );
  }
  if (past && via === 'websocket') {
    throw new UsageError('--via websocket does not go with --count or --to: a socket has no history');
  }
  return {
    markets,
    channel,
    ...(interval === undefined ? {} : { interval }),
    ...(depth === undefined ? {} : { depth }),
    ...(level === undefined ? {} : { level }),
    ...(count === undefined ? {} : { count }),
    ...(to === undefined ? {} : { to }),
    ...(context === undefined ? {} : { context }),
    ...(via === undefined ? {} : { via }),
    ...(maxAge === undefined ? {} : { maxAge }),
  };
};

/** The answer, or `undefined` when the user did not want to wait for it any longer. */
const ask = async (input: RequestInput, engine: Engine, session: Session): Promise<Routed | undefined> => {
  const answer$ = engine.backbone
    .explain(input)
    .pipe(alongside(silenceOf(engine, session), tellProgress(input, session)), takeUntil(session.stopped$));
  try {
    return await firstValueFrom(answer$, { defaultValue: undefined });
  } catch (error) {
    throw await inWords(error, input, engine, session);
  }
};

/** Errors when the exchange turns out not to be there; a request may otherwise try road after road for a minute. */
const silenceOf = (engine: Engine, session: Session): Observable<never> =>
  timer(PATIENCE).pipe(
    switchMap(() => readListing(engine, session)),
    mergeMap((answer) =>
      'problem' in answer && isUnreachable(answer.problem) ? throwError(() => answer.problem) : NEVER,
    ),
  );

const inWords = async (error: unknown, input: RequestInput, engine: Engine, session: Session): Promise<unknown> => {
  if (isUnreachable(error)) return unreachable(engine.restUrl, error);
  const tried = causes(error);
  const unknown = tried.find((cause) => cause instanceof MarketDataError && cause.code === 'UNKNOWN_MARKET');
  if (unknown instanceof MarketDataError) {
    const answer = await readListing(engine, session);
    if ('listed' in answer) checkListed(input.markets, answer.listed);
    return new CliFailure(unknown.message);
  }
  return tried.length > 0 ? error : new CliFailure('no tier can serve this request as it stands: leave out --via');
};

const print = async ({ events, ...how }: Routed, options: FetchOptions, session: Session): Promise<void> => {
  const { stdout, colors } = session;
  if (stdout.isTTY !== true || options.json) {
    const writer = new LineWriter(session);
    await writer.writeAll(events);
    if (options.explain) await writer.writeAll([explanationValue(how)]);
    return;
  }
  const look = { colors, width: stdout.columns ?? 80 };
  stdout.write(`${eventsTable(options.channel, events, look)}\n`);
  if (options.explain) stdout.write(`\n${explanationTable(how, look)}\n`);
};
