import {
  NEVER,
  filter,
  identity,
  merge,
  mergeMap,
  raceWith,
  takeUntil,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import { alongside } from '../alongside.js';
import { withEngine, type Engine } from '../engine.js';
import { CliFailure, isUnreachable, unreachable } from '../failure.js';
import { parseFlags, watchOptions, type WatchOptions } from '../options.js';
import type { Session } from '../session.js';
import { checkListed, readListing } from './listing.js';
import { asLines, tellConnection } from './watch-lines.js';
import { asTable } from './watch-table.js';

/** How long the first event may take where the list of markets could not be read either and no socket was lost, ms. */
const PATIENCE = 2_000;

/** Streams markets until the user ends it, or `--for` or `--count` does. */
export const watch = async (flags: unknown, session: Session): Promise<void> => {
  const options = parseFlags(watchOptions, flags);
  await withEngine(options, session.env, async (engine) => {
    const problem = await findProblem(options, engine, session);
    if (session.isStopped()) return;
    const asText = session.stdout.isTTY !== true || options.json;
    const heard = { events: 0 };
    const events$ = open(options, engine).pipe(
      problem === undefined ? identity : orGiveUp(problem, engine),
      tap(() => (heard.events += 1)),
      asText && problem === undefined ? alongside(tellConnection(engine.backbone, session)) : identity,
      takeUntil(merge(session.stopped$, options.for === undefined ? NEVER : timer(options.for))),
    );
    if (asText) await asLines(events$, options, session);
    else await asTable(events$, options, engine, session);
    if (heard.events === 0 && !session.isStopped()) throw nothingHeard(options);
  });
};

const open = (
  { channel, markets, interval = '1m', depth, level }: WatchOptions,
  { backbone }: Engine,
): Observable<MarketEvent> => {
  switch (channel) {
    case 'ticker':
      return backbone.watchTicker(markets);
    case 'trade':
      return backbone.watchTrades(markets);
    case 'orderbook':
      return backbone.watchOrderbook(markets, {
        ...(depth === undefined ? {} : { depth }),
        ...(level === undefined ? {} : { level }),
      });
    case 'candle':
      return backbone.watchCandles(markets, interval);
  }
};

/**
 * Without a list of markets one can still watch: the socket may well work while REST does not. But then the first
 * event has to come soon, for neither may work.
 */
const findProblem = async (
  { markets }: WatchOptions,
  engine: Engine,
  session: Session,
): Promise<CliFailure | undefined> => {
  const answer = await readListing(engine, session);
  if (session.isStopped()) return undefined;
  if ('listed' in answer) {
    checkListed(markets, answer.listed);
    return undefined;
  }
  const { problem } = answer;
  if (isUnreachable(problem)) return unreachable(engine.restUrl, problem);
  const reason = problem instanceof Error ? problem.message : String(problem);
  return new CliFailure(`the list of markets cannot be read, and no event came either: ${reason}`);
};

const orGiveUp =
  (problem: CliFailure, { backbone }: Engine): MonoTypeOperatorFunction<MarketEvent> =>
  (events$) => {
    const down$ = backbone.events$.pipe(filter((event) => event.type === 'connection' && event.state === 'down'));
    return events$.pipe(raceWith(merge(timer(PATIENCE), down$).pipe(mergeMap(() => throwError(() => problem)))));
  };

const nothingHeard = ({ markets, channel, for: time = 0 }: WatchOptions): CliFailure =>
  new CliFailure(`no ${channel} of ${markets.join(', ')} arrived within ${time / 1_000} s`);
