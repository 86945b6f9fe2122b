import { tap } from 'rxjs';
import { chunks, type CandleStore } from '../../store/index.js';
import { collect, planCollection, type Collection } from '../collecting.js';
import { withEngine } from '../engine.js';
import { UsageError } from '../failure.js';
import { candlesOptions, parseFlags, timeOf, type CandlesOptions, type FORMATS } from '../options.js';
import { onBar } from '../output/backfill-bar.js';
import { csvLines, jsonLines, parquetFile } from '../output/candle-rows.js';
import { toFile, toOutput } from '../output/destination.js';
import { eventsTable } from '../output/events-table.js';
import { age, count, counted } from '../output/numbers.js';
import type { Session } from '../session.js';
import { withStore } from '../store-path.js';

type Format = (typeof FORMATS)[number];

/** Candles wanted when no time is given. */
const USUAL = 200;
/** Time between two words on the progress where nothing can be drawn, ms. */
const BETWEEN_WORDS = 5_000;

/** Prints the final candles of some time, from the store; what it lacks is fetched and stored first. */
export const candles = async (flags: unknown, session: Session): Promise<void> => {
  const options = parseFlags(candlesOptions, flags);
  const format = formatOf(options, session);
  const { markets, interval } = options;
  const time = timeOf(options, Date.now(), { candles: USUAL });
  await withStore(options, session.env, (store) =>
    withEngine(options, session.env, async (engine) => {
      const collection = planCollection(store, engine, { markets, interval, ...time });
      await collectQuietly(collection, session);
      if (session.isStopped()) return;
      await print(collection, format, options, session);
    }),
  );
};

const formatOf = ({ format, json, output }: CandlesOptions, { stdout }: Session): Format => {
  if (json && format !== undefined && format !== 'json')
    throw new UsageError(`--json does not go with --format ${format}`);
  const ending = /\.(csv|parquet)$/.exec(output ?? '')?.[1];
  const onTerminal = stdout.isTTY === true && output === undefined;
  const chosen =
    format ?? (json ? 'json' : undefined) ?? (ending === 'csv' || ending === 'parquet' ? ending : undefined);
  if (chosen === 'parquet' && onTerminal) {
    throw new UsageError('--format parquet is not for reading: give it a file with --output, or a pipe');
  }
  return chosen ?? (onTerminal ? 'table' : 'json');
};

/** The data go to the output, so what is being done is told beside it. */
const collectQuietly = async (collection: Collection, session: Session): Promise<void> => {
  const { requests, windows, atLeast } = collection;
  const { stderr, colors, say } = session;
  if (requests > 0) {
    say(
      `fetching ${counted(windows, 'window')} not stored yet: ${counted(requests, 'call')}, at least ${age(atLeast)}`,
    );
  }
  await collect(collection, session, (progress$) => {
    if (requests === 0) return progress$;
    if (stderr.isTTY === true) return progress$.pipe(onBar(requests, { stream: stderr, colors, clear: true }));
    let told = 0;
    return progress$.pipe(
      tap(({ all, elapsed }) => {
        if (elapsed - told < BETWEEN_WORDS) return;
        told = elapsed;
        say(`${count(all.requestsDone)} of ${count(all.requestsPlanned)} calls, ${count(all.written)} candles`);
      }),
    );
  });
};

const print = async (
  { store, engine, scope }: Collection,
  format: Format,
  { output }: CandlesOptions,
  session: Session,
): Promise<void> => {
  const rows = allOf(store, engine.source.exchange, scope);
  const { stdout, colors } = session;
  const look = { colors, width: stdout.columns ?? 160 };
  const parts = {
    json: () => jsonLines(rows),
    csv: () => csvLines(rows),
    parquet: () => parquetFile(rows),
    table: () => [`${eventsTable('candle', [...rows].flat(), look)}\n`],
  }[format]();
  if (output === undefined) await toOutput(parts, session);
  else await toFile(parts, output, session);
};

function* allOf(store: CandleStore, exchange: string, { markets, interval, from, to }: Collection['scope']) {
  for (const market of markets) yield* chunks(store, { exchange, market, interval }, { from, to });
}
