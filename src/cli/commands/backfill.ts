import { identity, tap, type MonoTypeOperatorFunction } from 'rxjs';
import type { BackfillProgress, MarketPlan } from '../../store/index.js';
import { collect, planCollection, type Collection } from '../collecting.js';
import { withEngine } from '../engine.js';
import { backfillOptions, parseFlags, timeOf } from '../options.js';
import { onBar } from '../output/backfill-bar.js';
import { progressValue } from '../output/progress-value.js';
import { LineWriter } from '../output/line-writer.js';
import { count, counted, elapsed, utc } from '../output/numbers.js';
import { renderTable, type Column } from '../output/table.js';
import type { Session } from '../session.js';
import { withStore } from '../store-path.js';

/** Days when no time is given. */
const USUAL = 30;

/** Fetches what the store does not know of some time: first the plan, then how it goes. */
export const backfill = async (flags: unknown, session: Session): Promise<void> => {
  const options = parseFlags(backfillOptions, flags);
  const { markets, interval } = options;
  const time = timeOf(options, Date.now(), { days: USUAL });
  await withStore(options, session.env, (store, path) =>
    withEngine(options, session.env, async (engine) => {
      const collection = planCollection(store, engine, { markets, interval, ...time });
      const asText = session.stdout.isTTY !== true || options.json;
      const { follow, end } = asText ? inLines(collection, path, session) : onTerminal(collection, path, session);
      let last: BackfillProgress | undefined;
      await collect(collection, session, (progress$) =>
        progress$.pipe(
          tap((progress) => (last = progress)),
          follow,
        ),
      );
      if (session.isStopped()) session.say(STOPPED);
      else if (last !== undefined) end(last);
    }),
  );
};

const STOPPED = 'stopped: what was fetched is stored, and the same command goes on from there';

/** How a backfill is told, its plan having been told already. */
interface Telling {
  readonly follow: MonoTypeOperatorFunction<BackfillProgress>;
  readonly end: (last: BackfillProgress) => void;
}

const inLines = ({ plans, scope, engine, ...plan }: Collection, store: string, session: Session): Telling => {
  const writer = new LineWriter(session);
  const { exchange } = engine.source;
  const { interval, from, to } = scope;
  const { windows, requests } = plan;
  const markets = plans.map((each) => ({ market: each.market, windows: each.windows, requests: each.requests }));
  const atLeast = Math.round(plan.atLeast);
  writer.offer({ type: 'plan', exchange, interval, from, to, store, windows, requests, atLeast, markets });
  return {
    follow: tap({ next: (progress) => writer.offer(progressValue(progress)), finalize: () => writer.end() }),
    end: ({ all, elapsed: time }) => writer.offer({ type: 'done', ...all, elapsed: time }),
  };
};

const onTerminal = (collection: Collection, path: string, { stdout, colors }: Session): Telling => {
  const { scope, plans, requests, windows, atLeast, engine } = collection;
  const { bold, dim, green } = colors;
  const head = bold(`${engine.source.exchange} · candle ${scope.interval}`);
  const where = dim(`${utc(scope.from)} to ${utc(scope.to)} UTC, into ${path}`);
  const table = renderTable(PLAN, plans, { colors, width: stdout.columns ?? 80 });
  const effort = `${counted(windows, 'window')} in ${counted(requests, 'call')}, at least ${elapsed(atLeast)}`;
  const advice = dim('Ctrl-C ends; it goes on from there the next time');
  const sum = requests === 0 ? green('All of it is stored already.') : `${effort}  ${advice}`;
  stdout.write([` ${head}  ${where}`, '', table, '', ` ${sum}`, ''].join('\n'));
  return {
    follow: requests === 0 ? identity : onBar(requests, { stream: stdout, colors, clear: false }),
    end: ({ all, elapsed: time }) => {
      if (requests > 0)
        stdout.write(` ${green('Done:')} ${counted(all.written, 'candle')} written in ${elapsed(time)}.\n`);
    },
  };
};

const PLAN: readonly Column<MarketPlan>[] = [
  { head: 'MARKET', align: 'left', least: 9, cell: ({ market }) => market },
  { head: 'NOT STORED', least: 10, cell: ({ windows }) => count(windows) },
  { head: 'CALLS', least: 7, cell: ({ requests }) => count(requests) },
];
