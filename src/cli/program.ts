import { Command } from 'commander';
import { backfill } from './commands/backfill.js';
import { candles } from './commands/candles.js';
import { doctor } from './commands/doctor.js';
import { fetch } from './commands/fetch.js';
import { repair } from './commands/repair.js';
import { simulate } from './commands/simulate.js';
import { verify } from './commands/verify.js';
import { watch } from './commands/watch.js';
import { AFTER_ALL, examplesOf } from './help.js';
import { DEFAULT_MARKETS } from './options.js';
import type { Session } from './session.js';
import { readVersion } from './version.js';

type Flags = Readonly<Record<string, unknown>>;

/** The grammar of the command line. Flags are taken as text here and checked in `options.ts`. */
export const buildProgram = (session: Session, ended: (exitCode: number) => void): Command => {
  const program = new Command('market-data-backbone')
    .description('Market data of an exchange: watch it live, fetch it, simulate it, see whether it can be reached.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput(textTo(session))
    .addHelpText('after', AFTER_ALL);

  describeWatch(program.command('watch')).action((markets: readonly string[], flags: Flags) =>
    watch({ ...flags, markets }, session),
  );
  describeFetch(program.command('fetch')).action((markets: readonly string[], flags: Flags) =>
    fetch({ ...flags, markets }, session),
  );
  describeCandles(program.command('candles')).action((markets: readonly string[], flags: Flags) =>
    candles({ ...flags, markets }, session),
  );
  describeBackfill(program.command('backfill')).action((markets: readonly string[], flags: Flags) =>
    backfill({ ...flags, markets }, session),
  );
  describeVerify(program.command('verify')).action(async (markets: readonly string[], flags: Flags) =>
    ended(await verify({ ...flags, markets }, session)),
  );
  describeRepair(program.command('repair')).action(async (markets: readonly string[], flags: Flags) =>
    ended(await repair({ ...flags, markets }, session)),
  );
  describeSimulate(program.command('simulate')).action((flags: Flags) => simulate(flags, session));
  describeDoctor(program.command('doctor')).action(async (flags: Flags) => ended(await doctor(flags, session)));
  return program;
};

const describeWatch = (command: Command): Command =>
  ofExchange(
    ofTopic(command)
      .summary('stream markets until Ctrl-C')
      .description('Streams markets: a live table on a terminal, one JSON object a line in a pipe or with --json.')
      .argument('[markets...]', `quote-base codes, e.g. KRW-BTC (default: ${DEFAULT_MARKETS.join(' ')})`)
      .option('--for <time>', 'end after this time: 500ms, 10s, 5m, 1h')
      .option('--count <n>', 'end after this many events'),
  ).addHelpText('after', examplesOf('watch'));

const describeFetch = (command: Command): Command =>
  ofExchange(
    ofTopic(command)
      .summary('one answer, then the end')
      .description('Answers once: a table on a terminal, one JSON object a line in a pipe or with --json.')
      .argument('<markets...>', 'quote-base codes, e.g. KRW-BTC KRW-ETH')
      .option('--count <n>', 'how many trades or candles of each market (default: 1, the latest)')
      .option('--to <instant>', 'only what lies before this instant, e.g. 2026-09-01T00:00:00Z (default: now)')
      .option('--context <use>', 'trading, monitoring, scanning, backtesting, research, maintenance (default: trading)')
      .option('--via <road>', 'auto, rest or websocket (default: auto)')
      .option('--max-age <ms>', 'oldest cached answer that will do (default: by context, 1000 for trading)')
      .option('--explain', 'also say how the tiers were ranked and tried, and why the answer is trusted'),
  ).addHelpText('after', examplesOf('fetch'));

const describeCandles = (command: Command): Command =>
  ofStore(
    ofTime(
      command
        .summary('history, stored once and for all')
        .description(
          'Prints the final candles of some time, oldest first. What is not stored yet is fetched and stored first.',
        )
        .argument('<markets...>', 'quote-base codes, e.g. KRW-BTC'),
      'the last 200 candles',
    )
      .option('--format <name>', 'table, json, csv or parquet (default: table on a terminal, json in a pipe)')
      .option('--output <file>', 'write there; .csv and .parquet choose their format'),
  ).addHelpText('after', examplesOf('candles'));

const describeBackfill = (command: Command): Command =>
  ofStore(
    ofTime(
      command
        .summary('collect history into the store')
        .description(
          'Fetches the candles that are not stored yet. Shows the plan, then how it goes. Ctrl-C loses nothing.',
        )
        .argument('<markets...>', 'quote-base codes, e.g. KRW-BTC KRW-ETH'),
      '30 days',
    ),
  ).addHelpText('after', examplesOf('backfill'));

const describeVerify = (command: Command): Command =>
  ofStore(
    ofTime(
      command
        .summary('check what is stored')
        .description(
          'Looks for gaps, duplicates, impossible candles, intervals that disagree, and what the exchange says differently today. The exit code is 1 when there is any.',
        )
        .argument('<markets...>', 'quote-base codes, e.g. KRW-BTC'),
      'all that is stored',
    ).option('--sample <n>', 'calls of up to 200 candles to read again from the exchange (default: 5)'),
  ).addHelpText('after', examplesOf('verify'));

const describeRepair = (command: Command): Command =>
  ofStore(
    ofTime(
      command
        .summary('mend what is stored')
        .description(
          'Verifies, fetches again what is wrong or missing, and says what is left. The exit code is 1 when anything is.',
        )
        .argument('<markets...>', 'quote-base codes, e.g. KRW-BTC'),
      'all that is stored',
    ).option('--sample <n>', 'calls of up to 200 candles to read again from the exchange (default: 5)'),
  ).addHelpText('after', examplesOf('repair'));

const describeSimulate = (command: Command): Command =>
  command
    .summary('run a whole Upbit on this machine')
    .description('Runs a simulated Upbit, REST and WebSocket, on 127.0.0.1 until Ctrl-C.')
    .option('--port <n>', 'TCP port, 0 for any free one (default: 8080)')
    .option('--seed <n>', 'the same seed gives the same market (default: 7)')
    .option('--markets <n>', 'number of won markets, 1 to 330 (default: 200)')
    .option('--activity <x>', 'multiplies the trades of every market (default: 1)')
    .option('--replay <file>', 'play this recording instead')
    .option('--speed <x>', 'of the replay; 0 is as fast as possible (default: 1)')
    .option('--json', 'print the URLs as one JSON line, as in a pipe')
    .addHelpText('after', examplesOf('simulate'));

const describeDoctor = (command: Command): Command =>
  ofExchange(
    command
      .summary('check what can be reached')
      .description('Checks REST, market list, request budget, socket and clock, and says what to do about each.'),
  ).addHelpText('after', examplesOf('doctor'));

const ofTopic = (command: Command): Command =>
  command
    .option('--channel <name>', 'ticker, trade, orderbook or candle (default: ticker)')
    .option('--interval <name>', 'of candles: 1s 1m 3m 5m 10m 15m 30m 1h 4h 1d 1w 1M 1y (default: 1m)')
    .option('--depth <n>', 'of order books: levels on each side, 1 to 30 (default: 30)')
    .option('--level <price>', 'of order books: price grouping in quote currency (default: 0, none)');

const ofTime = (command: Command, otherwise: string): Command =>
  command
    .option('--interval <name>', '1s 1m 3m 5m 10m 15m 30m 1h 4h 1d 1w 1M 1y (default: 1m)')
    .option('--from <instant>', `from this instant on, e.g. 2026-09-01T00:00:00Z (default: ${otherwise})`)
    .option('--to <instant>', 'only what opens before this instant (default: now)')
    .option('--days <n>', 'so many days before the end, instead of --from');

const ofStore = (command: Command): Command =>
  ofExchange(
    command.option(
      '--store <file>',
      'SQLite file (default: <exchange>.sqlite, or simulated-<seed>.sqlite, in $XDG_DATA_HOME/market-data-backbone or ~/.local/share/market-data-backbone)',
    ),
  );

const ofExchange = (command: Command): Command =>
  command
    .option('--exchange <name>', 'upbit, or simulated: one inside this process (default: upbit)')
    .option('--seed <n>', 'of the simulated exchange (default: 7)')
    .option('--json', 'JSON, also on a terminal');

const textTo = ({ stdout, stderr, colors }: Session) => ({
  writeOut: (text: string) => void stdout.write(text),
  writeErr: (text: string) => void stderr.write(text),
  getOutHelpWidth: () => stdout.columns ?? 110,
  getErrHelpWidth: () => stderr.columns ?? 110,
  getOutHasColors: () => colors.isColorSupported,
  // Suggestions come on a line of their own; one complaint is one line.
  outputError: (text: string, write: (text: string) => void) => write(text.replace(/\n\(/, ' (')),
});
