/** Examples shown under each command's flags. */
const EXAMPLES = {
  watch: [
    ['watch', 'a handful of won markets, live'],
    ['watch KRW-BTC KRW-ETH --channel orderbook --depth 5 --json', 'the best five levels of two books'],
    ['watch KRW-BTC --channel trade --json | jq .price', 'every trade, one JSON object a line'],
    ['watch --exchange simulated --for 10s', 'without a network, for ten seconds'],
  ],
  fetch: [
    ['fetch KRW-BTC KRW-ETH', 'how two markets stand now'],
    ['fetch KRW-BTC --channel candle --interval 1m --count 500', 'the last 500 minutes'],
    ['fetch KRW-BTC --channel candle --interval 1d --count 30 --to 2026-09-01', 'the 30 days before September'],
    ['fetch KRW-BTC --explain', 'and which road the answer took'],
  ],
  candles: [
    ['candles KRW-BTC', 'the last 200 minutes that are done'],
    ['candles KRW-BTC --interval 1h --from 2026-01-01 --to 2026-02-01 --format csv', 'a month of hours'],
    ['candles KRW-BTC KRW-ETH --days 30 --output month.parquet', 'two markets for a notebook'],
  ],
  backfill: [
    ['backfill KRW-BTC KRW-ETH --interval 1m --days 30', 'a month of minutes, as far as it is not stored yet'],
    ['backfill KRW-BTC --interval 1d --from 2017-09-25', 'every day there ever was'],
    ['backfill KRW-BTC --exchange simulated --days 1 --json', 'without a network, for a program to read'],
  ],
  verify: [
    ['verify KRW-BTC --interval 1m', 'is what I have complete, sound, and what the exchange says?'],
    ['verify KRW-BTC --interval 1h --sample 0', 'without asking the exchange'],
  ],
  repair: [['repair KRW-BTC --interval 1m', 'fetch again what verify complains of']],
  simulate: [
    ['simulate', 'an Upbit on port 8080, until Ctrl-C'],
    ['simulate --port 0 --json', 'on any free port; the URLs as one JSON line'],
    ['simulate --seed 42 --markets 50 --activity 5', 'fewer markets, five times as busy'],
  ],
  doctor: [
    ['doctor', 'is Upbit reachable from here, and is my clock right?'],
    ['doctor --exchange simulated', 'is this installation sound?'],
  ],
} as const;

export const examplesOf = (command: keyof typeof EXAMPLES): string => {
  const lines = EXAMPLES[command].map(([line, meaning]) => `  $ market-data-backbone ${line}\n      ${meaning}`);
  return ['', 'Examples:', ...lines].join('\n');
};

export const AFTER_ALL = `
Exit codes: 0 all went well or Ctrl-C, 1 it could not be done, 2 the command line makes no sense.
Environment: UPBIT_REST_URL and UPBIT_WS_URL together point at another Upbit, e.g. a simulated one; NO_COLOR is heard.`;
