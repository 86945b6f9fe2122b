import { stringify } from 'csv-stringify/sync';
import type { Candle } from '../../model/events.js';

type Chunks = Iterable<readonly Candle[]>;

/** One JSON object a line. */
export function* jsonLines(chunks: Chunks): Generator<string> {
  for (const candles of chunks) yield candles.map((candle) => `${JSON.stringify(candle)}\n`).join('');
}

const CSV_COLUMNS = [
  'exchange',
  'market',
  'interval',
  'openTime',
  'opened',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'turnover',
  'state',
  'origin',
] as const;

/** A line of names, then a line for each candle; `openTime` in ms UTC, `opened` the same instant in words. */
export function* csvLines(chunks: Chunks): Generator<string> {
  yield stringify([[...CSV_COLUMNS]]);
  for (const candles of chunks) {
    const rows = candles.map((candle) => ({ ...candle, opened: new Date(candle.openTime).toISOString() }));
    yield stringify(rows, { columns: [...CSV_COLUMNS] });
  }
}

/** A whole Parquet file; it is made in memory, some 100 bytes a candle. */
export async function* parquetFile(chunks: Chunks): AsyncGenerator<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const candles = [...chunks].flat();
  const text = (name: 'exchange' | 'market' | 'interval' | 'state' | 'origin') =>
    ({ name, type: 'STRING', data: candles.map((candle) => candle[name]) }) as const;
  const number = (name: 'open' | 'high' | 'low' | 'close' | 'volume' | 'turnover') =>
    ({ name, type: 'DOUBLE', data: Float64Array.from(candles, (candle) => candle[name]) }) as const;
  const openTime = {
    name: 'openTime',
    type: 'TIMESTAMP',
    data: candles.map((candle) => new Date(candle.openTime)),
  } as const;
  const buffer = parquetWriteBuffer({
    columnData: [
      text('exchange'),
      text('market'),
      text('interval'),
      openTime,
      number('open'),
      number('high'),
      number('low'),
      number('close'),
      number('volume'),
      number('turnover'),
      text('state'),
      text('origin'),
    ],
  });
  yield new Uint8Array(buffer);
}
