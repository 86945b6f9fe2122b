import { writeSync } from 'node:fs';
import process from 'node:process';

/*
 * Writes batches of 20 minutes to a store until it has written so many, and says the number of each once it has been
 * committed. Arguments: the built store, the file, the first batch, the step to the next one, the last one.
 */

const [built, path, first, step, last] = process.argv.slice(2);
const { sqliteStore } = await import(built);
const series = { exchange: 'test', market: 'KRW-BTC', interval: '1m' };
const MINUTE = 60_000;

const row = (minute) => ({
  type: 'candle',
  ...series,
  timestamp: minute * MINUTE,
  receivedAt: 1_000,
  origin: 'rest',
  tier: 'cold-rest',
  openTime: minute * MINUTE,
  open: 100,
  high: 110,
  low: 90,
  close: 100 + (minute % 7),
  volume: 3,
  turnover: 300,
  state: 'final',
});

const store = sqliteStore(path);
for (let batch = Number(first); batch <= Number(last); batch += Number(step)) {
  const [from, to] = [batch * 20, batch * 20 + 20];
  const candles = Array.from({ length: 20 }, (_, i) => row(from + i));
  store.write({ series, candles, covered: [{ from: from * MINUTE, to: to * MINUTE }] });
  writeSync(1, `${batch}\n`);
}
store.close();
